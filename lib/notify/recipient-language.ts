import { inArray } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { organizations, users } from '../../db/schema'
import type { OrganizationId } from '../ids'
import type { Locale } from '../locale'
import { chooseMailLanguage } from './language'

type Addressed = { organizationId: OrganizationId; recipient: string }

/**
 * In which language each message is read: by the person behind its address, else by their organization. So is one to nobody in particular, such
 * as an extra recipient of invoices or a chat.
 */
export async function readRecipientLanguages(tx: Transaction, messages: readonly Addressed[]): Promise<(message: Addressed) => Locale> {
  if (messages.length === 0) return () => chooseMailLanguage()
  const people = await tx
    .select({ email: users.email, locale: users.locale })
    .from(users)
    .where(inArray(users.email, [...new Set(messages.map(({ recipient }) => recipient))]))
  const localeOf = new Map(people.map(({ email, locale }) => [email, locale]))
  const teams = await tx
    .select({ id: organizations.id, language: organizations.language })
    .from(organizations)
    .where(inArray(organizations.id, [...new Set(messages.map(({ organizationId }) => organizationId))]))
  const languageOf = new Map(teams.map(({ id, language }) => [id, language]))
  return ({ organizationId, recipient }) => chooseMailLanguage(localeOf.get(recipient), languageOf.get(organizationId))
}
