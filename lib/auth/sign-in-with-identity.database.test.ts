import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { members, users } from '../../db/schema'
import { systemClock } from '../time'
import { signInWithIdentity } from './sign-in-with-identity'
import { createTeam, provideDatabase } from './testing/team'

provideDatabase()
let count = 0
const google = (verifiedEmail: string | null, subject = `subject-${++count}`) => ({ provider: 'google', subject, verifiedEmail })

describe('who comes from an identity provider (decision 17)', () => {
  it('is the person whose verified address it is, the first time and again', async () => {
    const { owner } = await createTeam('Known')
    const identity = google(` ${owner.email.toUpperCase()} `)
    expect(await signInWithIdentity(identity)).toEqual({ ok: true, value: { id: owner.userId, sessionVersion: 1 } })
    expect(await signInWithIdentity(identity)).toMatchObject({ ok: true, value: { id: owner.userId } })
  })

  it('stays the same person under another address, and the old address opens nothing to somebody else', async () => {
    const { owner } = await createTeam('Moved')
    await signInWithIdentity(google(owner.email, 'moved'))
    expect(await signInWithIdentity(google('renamed@example.com', 'moved'))).toMatchObject({ ok: true, value: { id: owner.userId } })
    expect(await signInWithIdentity(google(owner.email, 'who-got-the-address-later'))).toEqual({ ok: false, error: { code: 'other_identity' } })
  })

  it('is told apart by provider', async () => {
    const { owner } = await createTeam('Two providers')
    const { owner: other } = await createTeam('Other')
    await signInWithIdentity(google(owner.email, 'the same subject'))
    expect(await signInWithIdentity({ provider: 'oidc https://id.example.com', subject: 'the same subject', verifiedEmail: other.email })).toMatchObject({
      ok: true,
      value: { id: other.userId },
    })
    expect(await signInWithIdentity({ provider: 'github', subject: '1', verifiedEmail: owner.email })).toMatchObject({ ok: true, value: { id: owner.userId } })
  })

  it('is nobody without a verified address', async () => {
    const { owner } = await createTeam('Unverified')
    expect(await signInWithIdentity(google(null))).toEqual({ ok: false, error: { code: 'email_unverified' } })
    const identity = google(owner.email)
    await signInWithIdentity(identity)
    expect(await signInWithIdentity({ ...identity, verifiedEmail: null })).toEqual({ ok: false, error: { code: 'email_unverified' } })
  })

  it('is nobody who was never a member, was only invited, or was removed, and becomes none by coming', async () => {
    const { owner, organization } = await createTeam('Members only', ['member'])
    await inEngine((tx) => tx.execute(sql`SELECT ensure_user(gen_random_uuid(), 'only-invited@example.com', NULL)`))
    const before = await inEngine(async (tx) => [await tx.$count(users), await tx.$count(members)])
    for (const email of ['stranger@example.com', 'only-invited@example.com']) {
      expect(await signInWithIdentity(google(email))).toEqual({ ok: false, error: { code: 'no_membership' } })
    }
    expect(await inEngine(async (tx) => [await tx.$count(users), await tx.$count(members)])).toEqual(before)

    const identity = google(owner.email)
    expect(await signInWithIdentity(identity)).toMatchObject({ ok: true })
    await inEngine((tx) => tx.update(members).set({ removedAt: systemClock.now() }).where(eq(members.organizationId, organization.id)))
    expect(await signInWithIdentity(identity)).toEqual({ ok: false, error: { code: 'no_membership' } })
  })

  it('may come ten times at once for the first time', async () => {
    const { owner } = await createTeam('At once')
    const identity = google(owner.email)
    const answers = await Promise.all(Array.from({ length: 10 }, () => signInWithIdentity(identity)))
    expect(answers.every((answer) => answer.ok && answer.value.id === owner.userId)).toBe(true)
    const others = await Promise.all(Array.from({ length: 5 }, () => signInWithIdentity(google(owner.email))))
    expect(others.every(({ ok }) => !ok)).toBe(true)
  })

  it('is kept where neither pages nor programs can read it', async () => {
    for (const reader of [inWeb.bind(null, {}), inEngine]) await expect(reader((tx) => tx.execute(sql`SELECT * FROM sign_in_identities`))).rejects.toThrow()
  })
})
