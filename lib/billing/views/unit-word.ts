import type { Transaction } from '../../../db/client'
import type { Locale } from '../../locale'
import type { UnitWord } from '../../sentences/word-sentence'
import { systemClock } from '../../time'
import { unitIn } from '../../unit-words'
import { loadCatalog } from '../commands/store/catalog'
import type { Product } from '../core/catalog'

/** How the units of products are called in a language, by their English names. */
export function unitWordOf(products: readonly Pick<Product, 'meters'>[], language: Locale): UnitWord {
  const own = new Map(products.flatMap(({ meters }) => meters.map(({ unit, englishUnit = unit, unitTranslations }) => [englishUnit, unitTranslations])))
  return (unit) => unitIn(unit, language, own.get(unit))
}

/** Of everything that is sold. English needs no question. */
export async function readUnitWord(tx: Transaction, language: Locale): Promise<UnitWord> {
  return language === 'en' ? (unit) => unit : unitWordOf(await loadCatalog(tx, systemClock.now()), language)
}
