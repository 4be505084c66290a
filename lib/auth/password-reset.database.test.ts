import { eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { members, messages, organizations, users } from '../../db/schema'
import type { UserId } from '../ids'
import { drawText } from '../notify/draw-mail'
import { wordMessage } from '../notify/word-message'
import { systemClock } from '../time'
import { openInvitationToken } from './invitation-token'
import { isPasswordResetOpen, requestPasswordReset, resetPassword } from './password-reset'
import { checkSignIn } from './sign-in'
import { SIGN_IN_TRIES } from './sign-in-limit'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

const database = provideDatabase()
let host = 0
const anAddress = () => `203.0.113.${++host}`
const ANOTHER = 'another long sentence'

const mailsTo = (email: string) => inEngine((tx) => tx.select().from(messages).where(eq(messages.recipient, email)))
const versionOf = async (userId: UserId) =>
  (await inEngine((tx) => tx.select({ version: users.sessionVersion }).from(users).where(eq(users.id, userId))))[0]?.version
const as = (email: string, password: string) => checkSignIn({ email, password, address: anAddress() })

async function linkFor(email: string): Promise<string> {
  expect(await requestPasswordReset({ email, address: anAddress() })).toEqual({ ok: true, value: null })
  const [last] = (await mailsTo(email)).sort((a, b) => b.id.localeCompare(a.id))
  return openInvitationToken(String(last?.payload.sealedToken))
}

describe('asking for a new password', () => {
  it('answers the same for everybody, and mails only who has an account', async () => {
    const { owner } = await createTeam('Forgetful')
    await inEngine((tx) => tx.execute(sql`SELECT ensure_user(gen_random_uuid(), 'invited@example.com', NULL)`))
    for (const email of [owner.email, 'nobody@example.com', 'invited@example.com', "o'brien@example.com"]) {
      expect(await requestPasswordReset({ email, address: anAddress() })).toEqual({ ok: true, value: null })
    }
    expect(await mailsTo(owner.email)).toMatchObject([{ kind: 'password_reset', state: 'queued' }])
    expect([...(await mailsTo('nobody@example.com')), ...(await mailsTo('invited@example.com'))]).toEqual([])
  })

  it.each([
    ['another password', sql`SELECT request_password_reset('nobody@example.com', 'a hash', gen_random_uuid(), 'sealed', now())`],
    ['a link to sign in', sql`SELECT request_sign_in_link('nobody@example.com', 'a hash', gen_random_uuid(), 'sealed', '/', now())`],
  ])('waits for the disk for nobody too, so that time does not tell who has an account: %s', async (_, ask) => {
    const writes = await inWeb({}, async (tx) => {
      await tx.execute(ask)
      return (await tx.execute<{ writes: boolean }>(sql`SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS writes`)).rows
    })
    expect(writes).toEqual([{ writes: true }])
  })

  it('lets whoever came by a link or from elsewhere choose a first one', async () => {
    const { owner } = await createTeam('Without')
    await inEngine((tx) => tx.update(users).set({ passwordHash: null }).where(eq(users.email, owner.email)))
    expect(await as(owner.email, ANOTHER)).toMatchObject({ ok: false })
    expect(await resetPassword({ token: await linkFor(owner.email), newPassword: ANOTHER })).toMatchObject({ ok: true })
    expect(await as(owner.email, ANOTHER)).toMatchObject({ ok: true })
  })

  it.each([
    [
      'was removed',
      (id: string) =>
        inEngine((tx) =>
          tx
            .update(members)
            .set({ removedAt: systemClock.now() })
            .where(eq(members.id, id as never)),
        ),
    ],
    [
      'belonged to what was closed',
      (_: string, organization: string) =>
        inEngine((tx) =>
          tx
            .update(organizations)
            .set({ deletedAt: systemClock.now() })
            .where(eq(organizations.id, organization as never)),
        ),
    ],
  ])('mails nobody who %s', async (_what, happen) => {
    const { owner, organization } = await createTeam('Gone')
    await happen(owner.id, organization.id)
    expect(await requestPasswordReset({ email: owner.email, address: anAddress() })).toEqual({ ok: true, value: null })
    expect(await mailsTo(owner.email)).toEqual([])
  })

  it('is limited per address and per email, whether there is an account or not', async () => {
    const { owner } = await createTeam('Flooded')
    for (const email of [owner.email, 'flooded@example.com']) {
      const answers = []
      for (let n = 0; n < 6; n++) answers.push(await requestPasswordReset({ email, address: anAddress() }))
      expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false])
    }
    const address = anAddress()
    for (let n = 0; n < 5; n++) await requestPasswordReset({ email: `guess${n}@example.com`, address })
    expect(await requestPasswordReset({ email: 'one-more@example.com', address })).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
    expect(await mailsTo(owner.email)).toHaveLength(5)
    expect(await as(owner.email, PASSWORD), 'and takes no try to sign in away').toMatchObject({ ok: true })
  })

  it('is limited sooner per email from one address, so that one place alone takes nobody’s links away', async () => {
    const { owner } = await createTeam('Kept from links')
    const place = anAddress()
    const answers = []
    for (let n = 0; n < 5; n++) answers.push(await requestPasswordReset({ email: owner.email, address: place }))
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, false, false])
    expect(await requestPasswordReset({ email: owner.email, address: anAddress() })).toMatchObject({ ok: true })
  })

  it('keeps only a hash of the link, and the mail’s own words say what it does', async () => {
    const { owner } = await createTeam('Worded')
    const token = await linkFor(owner.email)
    const kept = await asOwnerOfDatabase(
      'SELECT to_jsonb(r)::text || (SELECT string_agg(m.payload::text, $$ $$) FROM messages m) AS row FROM password_resets r',
    )
    expect(kept).not.toContain(token)
    const [message] = await mailsTo(owner.email)
    const text = drawText(wordMessage('password_reset', message?.payload))
    expect(text).toContain(`http://localhost:3000/password/${token}`)
    expect(text).toContain('works once')
    await expect(inWeb({}, (tx) => tx.execute(sql`SELECT * FROM password_resets`))).rejects.toThrow()
    await expect(inEngine((tx) => tx.execute(sql`SELECT * FROM password_resets`))).rejects.toThrow()
  })
})

describe('a link to choose a new password', () => {
  it('works once, ends every session, and lets in with the new one only', async () => {
    const { owner } = await createTeam('Chosen')
    const token = await linkFor(owner.email)
    expect(await isPasswordResetOpen(token)).toBe(true)
    const reset = await resetPassword({ token, newPassword: ANOTHER })
    expect(reset).toEqual({ ok: true, value: { id: owner.userId, sessionVersion: 2 } })
    expect(await versionOf(owner.userId)).toBe(2)
    expect(await as(owner.email, PASSWORD)).toMatchObject({ ok: false })
    expect(await as(owner.email, ANOTHER)).toMatchObject({ ok: true })
    expect(await resetPassword({ token, newPassword: PASSWORD })).toEqual({ ok: false, error: { code: 'reset_closed' } })
    expect(await isPasswordResetOpen(token)).toBe(false)
  })

  it('lets one of ten at once in', async () => {
    const { owner } = await createTeam('At once')
    const token = await linkFor(owner.email)
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => resetPassword({ token, newPassword: `${ANOTHER} ${n}` })))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await as(owner.email, `${ANOTHER} ${answers.findIndex(({ ok }) => ok)}`)).toMatchObject({ ok: true, value: { sessionVersion: 2 } })
  })

  it('closes the others that were asked for', async () => {
    const { owner } = await createTeam('Twice')
    const [first, second] = [await linkFor(owner.email), await linkFor(owner.email)]
    expect(await resetPassword({ token: second, newPassword: ANOTHER })).toMatchObject({ ok: true })
    expect(await resetPassword({ token: first, newPassword: PASSWORD })).toEqual({ ok: false, error: { code: 'reset_closed' } })
  })

  it('is good for an hour', async () => {
    const { owner } = await createTeam('Late')
    const token = await linkFor(owner.email)
    await asOwnerOfDatabase("UPDATE password_resets SET expires_at = expires_at - interval '59 minutes'")
    expect(await isPasswordResetOpen(token)).toBe(true)
    await asOwnerOfDatabase("UPDATE password_resets SET expires_at = expires_at - interval '2 minutes'")
    expect(await resetPassword({ token, newPassword: ANOTHER })).toEqual({ ok: false, error: { code: 'reset_closed' } })
    expect(await as(owner.email, PASSWORD)).toMatchObject({ ok: true })
  })

  it.each(['', 'guessed', "' OR true --", '\u0000'])('is nothing that can be made up: %j', async (token) => {
    expect(await resetPassword({ token, newPassword: ANOTHER })).toEqual({ ok: false, error: { code: 'reset_closed' } })
  })

  it('also helps whoever guessed too often', async () => {
    const { owner } = await createTeam('Held off')
    for (let n = 0; n < SIGN_IN_TRIES; n++) await as(owner.email, 'wrong')
    expect(await resetPassword({ token: await linkFor(owner.email), newPassword: ANOTHER })).toMatchObject({ ok: true })
  })
})

async function asOwnerOfDatabase(statement: string): Promise<string> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  try {
    return JSON.stringify((await client.query(statement)).rows)
  } finally {
    await client.end()
  }
}
