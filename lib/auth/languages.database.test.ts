import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { users } from '../../db/schema'
import type { UserId } from '../ids'
import { findSessionAccount, keepFirstLocale, saveLocale } from './account'
import { createTeam, provideDatabase } from './testing/team'

provideDatabase()

const localeOf = async (userId: UserId) => (await findSessionAccount(userId, 1))?.locale

describe('the language of a person', () => {
  it('is none at first, then the one of their first sign-in, and stays so at the next', async () => {
    const { owner } = await createTeam('First language')
    expect(await localeOf(owner.userId)).toBeNull()
    await keepFirstLocale(owner.userId, 'ja')
    expect(await localeOf(owner.userId)).toBe('ja')
    await keepFirstLocale(owner.userId, 'de')
    expect(await localeOf(owner.userId)).toBe('ja')
  })

  it('is what they chose last', async () => {
    const { owner } = await createTeam('Chosen language')
    await saveLocale(owner.userId, 'de')
    await saveLocale(owner.userId, 'ar')
    expect(await localeOf(owner.userId)).toBe('ar')
  })

  it('is nobody else’s to change, not even a colleague’s', async () => {
    const { owner, members, organization } = await createTeam('Colleagues', ['admin'])
    const [colleague] = members
    if (!colleague) throw new Error('no colleague')
    const changed = await inWeb({ organizationId: organization.id, userId: colleague.userId }, (tx) =>
      tx.update(users).set({ locale: 'de' }).where(eq(users.id, owner.userId)).returning({ id: users.id }),
    )
    expect(changed).toEqual([])
    expect(await localeOf(owner.userId)).toBeNull()
  })

  it('is none where an earlier installation knew a language that this one does not', async () => {
    const { owner } = await createTeam('Unknown language')
    await inEngine((tx) => tx.update(users).set({ locale: 'tlh' }).where(eq(users.id, owner.userId)))
    expect(await localeOf(owner.userId)).toBeNull()
  })
})
