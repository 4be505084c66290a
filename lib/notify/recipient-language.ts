import { inArray } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { users } from '../../db/schema'
import type { Locale } from '../locale'
import { chooseMailLanguage } from './language'

/** The languages of the people behind addresses; whoever is nobody's, such as an extra recipient of invoices, gets English. */
export async function readRecipientLanguages(tx: Transaction, addresses: readonly string[]): Promise<(address: string) => Locale> {
  if (addresses.length === 0) return () => chooseMailLanguage()
  const people = await tx
    .select({ email: users.email, locale: users.locale })
    .from(users)
    .where(inArray(users.email, [...new Set(addresses)]))
  const localeOf = new Map(people.map(({ email, locale }) => [email, locale]))
  return (address) => chooseMailLanguage(localeOf.get(address))
}
