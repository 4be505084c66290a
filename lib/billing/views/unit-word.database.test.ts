import { describe, expect, it } from 'vitest'
import { inEngine } from '../../../db/client'
import { provideDatabase } from '../../auth/testing/team'
import type { Locale } from '../../locale'
import { systemClock } from '../../time'
import { apiCalls } from '../catalog/api-calls'
import { productDocument } from '../catalog/schema'
import { publishShippedProducts } from '../commands/publish-catalog'
import { publishProduct } from '../commands/publish-product'
import { loadCatalog } from '../commands/store/catalog'
import { readIn } from '../commands/store/reader-language'
import { readUnitWord } from './unit-word'

provideDatabase()

const GAUGES = { ...apiCalls, id: 'gauges', name: 'Gauges', meters: [{ id: 'gauges', unit: 'gauges', unit_translations: { de: 'Pegel', ja: '計器' } }] }
const counting = { ...GAUGES, plans: GAUGES.plans.map((plan) => ({ ...plan, included: { gauges: 1_000 } })) }

describe('a unit on a page', () => {
  it('is in its reader’s language, as the catalog says it or as Headroom knows it, and else in English', async () => {
    await inEngine(publishShippedProducts)
    const published = await inEngine((tx) =>
      publishProduct({ tx, actor: 'operator' }, { document: productDocument.parse(counting), applies: 'next_renewal', effectiveAt: null }),
    )
    expect(published.ok).toBe(true)
    const unitsIn = (language: Locale) =>
      inEngine(async (tx) => {
        readIn(tx, language)
        return (await loadCatalog(tx, systemClock.now())).flatMap(({ meters }) => meters.map(({ unit }) => unit))
      })
    expect(await unitsIn('en')).toEqual(expect.arrayContaining(['calls', 'gauges']))
    expect(await unitsIn('de')).toEqual(expect.arrayContaining(['Aufrufe', 'Pegel']))
    expect(await unitsIn('ja')).toEqual(expect.arrayContaining(['コール', '計器']))
    expect(await unitsIn('ar')).toEqual(expect.arrayContaining(['استدعاءات', 'gauges']))
  })

  it('of what was issued in English is found by that name, also where the catalog was read in another language', async () => {
    const word = await inEngine(async (tx) => {
      readIn(tx, 'de')
      return readUnitWord(tx, 'de')
    })
    expect(['gauges', 'calls', 'furlongs'].map(word)).toEqual(['Pegel', 'Aufrufe', 'furlongs'])
  })
})
