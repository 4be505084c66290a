import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { endedSessions, users } from '../../db/schema'
import { newId } from '../ids'
import { systemClock } from '../time'
import { changePassword, endAllSessions, endOneSession, findSessionAccount } from './account'
import { forgetOldSessions } from './operator-session'
import { checkSignIn } from './sign-in'
import { SIGN_IN_TRIES, SIGN_IN_TRIES_FROM_ONE_PLACE } from './sign-in-limit'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

const database = provideDatabase()
let host = 0
/** Each test comes from somewhere else, so that it is held off by nobody's tries but its own. */
const anAddress = () => `198.51.100.${++host}`

const as = (email: string, password: string, address: string) => checkSignIn({ email, password, address })
async function times<Value>(count: number, work: () => Promise<Value>): Promise<Value[]> {
  const answers: Value[] = []
  for (let n = 0; n < count; n++) answers.push(await work())
  return answers
}

describe('signing in', () => {
  it('knows people by email, however it is written', async () => {
    const { owner } = await createTeam('Sign in')
    expect(await as(` ${owner.email.toUpperCase()} `, PASSWORD, anAddress())).toMatchObject({ ok: true, value: { id: owner.userId, sessionVersion: 1 } })
  })

  it('answers the same for a wrong password, an unknown email and somebody without a password', async () => {
    const { owner } = await createTeam('Same answer')
    await inEngine((tx) => tx.execute(sql`SELECT ensure_user(gen_random_uuid(), 'nopassword@example.com', NULL)`))
    const invalid = { ok: false, error: { code: 'invalid_credentials' } }
    expect(await as(owner.email, 'wrong', anAddress())).toEqual(invalid)
    expect(await as('nobody@example.com', 'wrong', anAddress())).toEqual(invalid)
    expect(await as('nopassword@example.com', '', anAddress())).toEqual(invalid)
    expect(await as(owner.email, 'x'.repeat(100_000), anAddress())).toEqual(invalid)
  })
})

describe('guessing', () => {
  it('one email ends after ten tries, from wherever, even with the right password; and says until when', async () => {
    const { owner } = await createTeam('Guessed')
    const before = systemClock.now()
    const wrong = await times(SIGN_IN_TRIES, () => as(owner.email, 'wrong', anAddress()))
    expect(wrong.every((answer) => !answer.ok && answer.error.code === 'invalid_credentials')).toBe(true)

    const held = await as(owner.email, PASSWORD, anAddress())
    if (held.ok || held.error.code !== 'rate_limited') throw new Error('was not held off')
    const minutes = (held.error.retryAt.epochMilliseconds - before.epochMilliseconds) / 60_000
    expect(minutes).toBeGreaterThan(14.9)
    expect(minutes).toBeLessThan(15.5)
  })

  it('from one address ends after ten tries, whatever the email, and harms nobody else', async () => {
    const { owner } = await createTeam('Bystander')
    const address = anAddress()
    let number = 0
    await times(SIGN_IN_TRIES, () => as(`guess${++number}@example.com`, 'wrong', address))
    const held = await times(SIGN_IN_TRIES + 5, () => as(owner.email, 'wrong', address))
    expect(held.every((answer) => !answer.ok && answer.error.code === 'rate_limited')).toBe(true)
    // What the held-off address sent does not count against the owner.
    expect(await as(owner.email, PASSWORD, anAddress())).toMatchObject({ ok: true })
  })

  it('one email from one address ends sooner, so that one place alone shuts its owner out nowhere else', async () => {
    const { owner } = await createTeam('Shut out')
    const address = anAddress()
    const wrong = await times(SIGN_IN_TRIES_FROM_ONE_PLACE, () => as(owner.email, 'wrong', address))
    expect(wrong.every((answer) => !answer.ok && answer.error.code === 'invalid_credentials')).toBe(true)
    const held = await times(2 * SIGN_IN_TRIES, () => as(owner.email, PASSWORD, address))
    expect(held.every((answer) => !answer.ok && answer.error.code === 'rate_limited')).toBe(true)
    const elsewhere = await times(SIGN_IN_TRIES - SIGN_IN_TRIES_FROM_ONE_PLACE - 1, () => as(owner.email, 'wrong', anAddress()))
    expect(elsewhere.every((answer) => !answer.ok && answer.error.code === 'invalid_credentials')).toBe(true)
    expect(await as(owner.email, PASSWORD, anAddress())).toMatchObject({ ok: true })
  })

  it('from one network of IPv6 ends after ten tries, and from the next one does not', async () => {
    let number = 0
    const guess = (address: string) => as(`six${++number}@example.com`, 'wrong', address)
    await times(SIGN_IN_TRIES, () => guess(`2001:db8:0:1::${number.toString(16)}`))
    expect(await guess('2001:db8:0:1:ffff:ffff:ffff:ffff')).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
    expect(await guess('2001:db8:0:2::')).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
  })

  it('many at once is counted as many', async () => {
    const { owner } = await createTeam('Stampede')
    const answers = await Promise.all(Array.from({ length: 25 }, () => as(owner.email, 'wrong', anAddress())))
    expect(answers.filter((answer) => !answer.ok && answer.error.code === 'invalid_credentials')).toHaveLength(SIGN_IN_TRIES)
  })

  it('goes on when the window is over', async () => {
    const { owner } = await createTeam('Window')
    await times(SIGN_IN_TRIES + 3, () => as(owner.email, 'wrong', anAddress()))
    await asOwnerOfDatabase("UPDATE sign_in_tries SET window_start = window_start - interval '15 minutes'")
    expect(await as(owner.email, PASSWORD, anAddress())).toMatchObject({ ok: true })
  })

  it('does not count those who get in: an office behind one address signs in all day', async () => {
    const { owner } = await createTeam('Office')
    const address = anAddress()
    const answers = await times(SIGN_IN_TRIES + 5, () => as(owner.email, PASSWORD, address))
    expect(answers.every((answer) => answer.ok)).toBe(true)
  })

  it('leaves no list of who tried: neither role may read it, and it holds only hashes', async () => {
    await as('visible@example.com', 'wrong', '203.0.113.77')
    await expect(inWeb({}, (tx) => tx.execute(sql`SELECT * FROM sign_in_tries`))).rejects.toThrow()
    await expect(inEngine((tx) => tx.execute(sql`SELECT * FROM sign_in_tries`))).rejects.toThrow()
    const rows = await asOwnerOfDatabase('SELECT bucket FROM sign_in_tries')
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toMatch(/visible|203\.0\.113/)
  })
})

describe('a session', () => {
  it('ends everywhere at once', async () => {
    const { owner } = await createTeam('Everywhere')
    expect(await findSessionAccount(owner.userId, 1)).toMatchObject({ id: owner.userId, email: owner.email })
    await endAllSessions(owner.userId)
    expect(await findSessionAccount(owner.userId, 1)).toBeNull()
    expect(await findSessionAccount(owner.userId, 2)).not.toBeNull()
  })

  it('that was signed out of is over wherever its cookie was copied to, and the others go on', async () => {
    const { owner } = await createTeam('Copied')
    const { owner: stranger } = await createTeam('Stranger')
    const [session, other] = [randomUUID(), randomUUID()]
    await endOneSession({ userId: owner.userId, session })
    await endOneSession({ userId: owner.userId, session })
    await endOneSession({ userId: stranger.userId, session: other })
    await endOneSession({ userId: newId('user'), session: other }) // Of a database that this one was put in the place of.
    expect(await findSessionAccount(owner.userId, 1, session)).toBeNull()
    expect(await findSessionAccount(owner.userId, 1, other)).not.toBeNull()
    const ended = () => inEngine((tx) => tx.$count(endedSessions))
    await inEngine((tx) => forgetOldSessions(tx))
    expect(await ended()).toBe(2)
    await asOwnerOfDatabase("UPDATE ended_sessions SET forgotten_at = now() - interval '1 second'")
    await inEngine((tx) => forgetOldSessions(tx))
    expect(await ended()).toBe(0)
  })

  it('ends with the password that began it, except where the password was changed', async () => {
    const { owner } = await createTeam('Changed')
    const account = { id: owner.userId, email: owner.email, name: owner.name, sessionVersion: 1 }
    const change = (currentPassword: string) => changePassword({ account, currentPassword, newPassword: 'another long sentence', address: anAddress() })
    expect(await change('wrong')).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    expect(await findSessionAccount(owner.userId, 1)).not.toBeNull()

    expect(await change(PASSWORD)).toMatchObject({ ok: true, value: { sessionVersion: 2 } })
    expect(await findSessionAccount(owner.userId, 1)).toBeNull()
    expect(await as(owner.email, PASSWORD, anAddress())).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    expect(await as(owner.email, 'another long sentence', anAddress())).toMatchObject({ ok: true })
  })

  it('asks for the present password before it thinks about another, and no more often than at sign-in', async () => {
    const { owner } = await createTeam('Held up')
    const account = { id: owner.userId, email: owner.email, name: owner.name, sessionVersion: 1 }
    const change = (currentPassword: string) => changePassword({ account, currentPassword, newPassword: 'password2024', address: anAddress() })
    expect(await change(PASSWORD)).toEqual({ ok: false, error: { code: 'common_password' } })
    for (let tries = 0; tries < SIGN_IN_TRIES; tries++) expect(await change('wrong')).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    expect(await change(PASSWORD)).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
  })

  it('takes one of two new passwords that come at once, and ends all but its own session', async () => {
    const { owner } = await createTeam('At once')
    const account = { id: owner.userId, email: owner.email, name: owner.name, sessionVersion: 1 }
    const wanted = ['one long sentence', 'another long sentence']
    const answers = await Promise.all(wanted.map((newPassword) => changePassword({ account, currentPassword: PASSWORD, newPassword, address: anAddress() })))
    expect(answers.map((answer) => (answer.ok ? answer.value.sessionVersion : answer.error.code)).sort()).toEqual([2, 'invalid_credentials'])
    const entries = await Promise.all(wanted.map((password) => as(owner.email, password, anAddress())))
    expect(entries.map(({ ok }) => ok)).toEqual(answers.map(({ ok }) => ok))
  })

  it('lets nobody change a colleague, or read their password', async () => {
    const {
      organization,
      owner,
      members: [colleague],
    } = await createTeam('Colleagues', ['member'])
    if (!colleague) throw new Error('no member')
    const within = { organizationId: organization.id, userId: owner.userId }
    const changed = await inWeb(within, (tx) => tx.update(users).set({ name: 'Renamed' }).where(eq(users.id, colleague.userId)).returning({ id: users.id }))
    expect(changed).toEqual([])
    await expect(inWeb(within, (tx) => tx.select({ hash: users.passwordHash }).from(users))).rejects.toThrow()
    expect((await inWeb(within, (tx) => tx.select({ email: users.email }).from(users))).map(({ email }) => email).sort()).toEqual(
      [colleague.email, owner.email].sort(),
    )
  })
})

async function asOwnerOfDatabase(statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
