import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { members, operatorSessions, operators, users } from '../../db/schema'
import { systemClock } from '../time'
import { endOperatorSession, forgetOldSessions, openOperatorFirstStep, openOperatorSession, readOperatorSession } from './operator-session'
import { hashOperatorToken, OPERATOR_IDLE_MINUTES } from './operator-token'
import {
  changeOperatorRole,
  checkOperatorSignIn,
  findOperatorLink,
  inviteOperator,
  linkOperator,
  listOperators,
  type OperatorRole,
  openDeskBy,
  removeOperator,
} from './operators'
import { SIGN_IN_TRIES } from './sign-in-limit'
import { sitDown } from './testing/sit-down'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

provideDatabase()

let number = 0
const anAddress = () => `198.51.100.${++number}`
const anEmail = () => `operator-${++number}@company.example`

async function invite(role: OperatorRole = 'admin', email = anEmail()) {
  const invited = await inviteOperator({ email, role, invitedBy: 'a test' })
  if (!invited.ok) throw new Error(invited.error.code)
  return invited.value
}

async function operator(role: OperatorRole = 'admin') {
  const { token, email } = await invite(role)
  const opened = await openDeskBy({ token, password: PASSWORD })
  if (!opened.ok) throw new Error(opened.error.code)
  return { ...opened.value, email }
}

describe('a link', () => {
  it('lets its reader choose a password, once', async () => {
    const { token, email } = await invite('support')
    expect(await findOperatorLink(token)).toEqual({ email })
    const both = await Promise.all([openDeskBy({ token, password: PASSWORD }), openDeskBy({ token, password: 'another long password' })])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, error: { code: 'link_closed' } })
    expect(await findOperatorLink(token)).toBeNull()
  })

  it('ends after ten minutes', async () => {
    const { token, expiresAt } = await invite()
    expect(expiresAt.since(systemClock.now()).total('minutes')).toBeCloseTo(10, 0)
    await inEngine((tx) => tx.execute(sql`UPDATE operator_links SET expires_at = now() WHERE expires_at = ${expiresAt.toString()}`))
    expect(await openDeskBy({ token, password: PASSWORD })).toEqual({ ok: false, error: { code: 'link_closed' } })
  })

  it('closes when another is made, and is not made for somebody who can sign in already', async () => {
    const first = await invite()
    const second = await invite('support', first.email)
    expect([await findOperatorLink(first.token), await findOperatorLink(second.token)]).toEqual([null, { email: first.email }])
    await openDeskBy({ token: second.token, password: PASSWORD })
    expect(await inviteOperator({ email: first.email.toUpperCase(), role: 'admin', invitedBy: 'x' })).toEqual({ ok: false, error: { code: 'operator_exists' } })
    expect(await linkOperator('nobody@company.example')).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('for a forgotten password ends the sessions that there were', async () => {
    const { id, email } = await operator()
    const session = await sitDown(id)
    const link = await linkOperator(email)
    if (!link.ok) throw new Error(link.error.code)
    expect(await readOperatorSession(session)).toMatchObject({ id }) // Asking for a link ends nothing.
    await openDeskBy({ token: link.value.token, password: 'quite another sentence' })
    expect(await readOperatorSession(session)).toBeNull()
    expect(await checkOperatorSignIn({ email, password: PASSWORD, address: anAddress() })).toMatchObject({ error: { code: 'invalid_credentials' } })
  })

  it('for a forgotten password shuts out a sign-in with the old one that was under way', async () => {
    const { email } = await operator()
    const link = await linkOperator(email)
    const checked = await checkOperatorSignIn({ email, password: PASSWORD, address: anAddress() })
    if (!link.ok || !checked.ok) throw new Error('not ready')
    const opened = await openDeskBy({ token: link.value.token, password: 'quite another sentence' })
    expect(await openOperatorSession(checked.value, { passedCode: false })).toBeNull()
    expect(await openOperatorFirstStep(checked.value)).toBeNull()
    expect(opened.ok && (await openOperatorSession(opened.value, { passedCode: false }))).toEqual(expect.any(String))
  })
})

describe('signing in', () => {
  it('is a sign-in of its own: customers do not get in, and operators are nobody’s members', async () => {
    const { owner } = await createTeam('Customer')
    const { email } = await operator()
    const as = (who: string) => checkOperatorSignIn({ email: who, password: PASSWORD, address: anAddress() })
    expect(await as(owner.email)).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    expect(await as(` ${email.toUpperCase()} `)).toMatchObject({ ok: true, value: { email } })
    const users_ = await inEngine((tx) => tx.$count(users, eq(users.email, email)))
    expect([users_, await inEngine((tx) => tx.$count(members))]).toEqual([0, 1])
  })

  it('is held off after ten wrong tries, without holding off customers', async () => {
    const { email } = await operator()
    for (let tries = 0; tries < SIGN_IN_TRIES; tries++) await checkOperatorSignIn({ email, password: 'wrong', address: anAddress() })
    expect(await checkOperatorSignIn({ email, password: PASSWORD, address: anAddress() })).toMatchObject({ error: { code: 'rate_limited' } })
  })

  it('has no answer of its own for an operator who has not chosen a password, or was removed', async () => {
    const asked = await invite()
    const gone = await operator()
    await operator()
    await removeOperator(gone.id, null)
    for (const email of [asked.email, gone.email]) {
      expect(await checkOperatorSignIn({ email, password: PASSWORD, address: anAddress() })).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    }
  })
})

describe('a session', () => {
  it('ends when it is ended, when nobody uses it, and when it is as old as a day’s work', async () => {
    const { id } = await operator('support')
    const [ended, idle, old, live] = [await sitDown(id), await sitDown(id), await sitDown(id), await sitDown(id)]
    await endOperatorSession(ended)
    const age = (token: string, set: Partial<Record<'lastSeen' | 'created', string>>) =>
      inEngine((tx) =>
        tx.execute(
          sql`UPDATE operator_sessions SET last_seen_at = last_seen_at - ${set.lastSeen ?? '0'}::interval, created_at = created_at - ${set.created ?? '0'}::interval WHERE token_hash = ${hashOperatorToken(token)}`,
        ),
      )
    await age(idle, { lastSeen: `${OPERATOR_IDLE_MINUTES} minutes` })
    await age(old, { created: '12 hours' })
    await age(live, { lastSeen: `${OPERATOR_IDLE_MINUTES - 1} minutes`, created: '11 hours' })
    expect([await readOperatorSession(ended), await readOperatorSession(idle), await readOperatorSession(old)]).toEqual([null, null, null])
    expect(await readOperatorSession(live)).toMatchObject({ id, role: 'support' })
    await age(live, { lastSeen: `${OPERATOR_IDLE_MINUTES - 1} minutes` }) // It was seen a moment ago, so it lives on.
    expect(await readOperatorSession(live)).toMatchObject({ id })
    expect(await readOperatorSession('no such thing')).toBeNull()
  })

  it('is forgotten a month later', async () => {
    const { id } = await operator()
    await sitDown(id)
    await inEngine((tx) => tx.execute(sql`UPDATE operator_sessions SET last_seen_at = now() - interval '31 days'`))
    expect(await inEngine(forgetOldSessions)).toBeGreaterThan(0)
    expect(await inEngine((tx) => tx.$count(operatorSessions))).toBe(0)
  })
})

describe('operators', () => {
  it('are removed at once, never by themselves, and come back by another invitation', async () => {
    const [admin, other] = [await operator(), await operator('support')]
    const session = await sitDown(other.id)
    expect(await removeOperator(admin.id, admin.id)).toEqual({ ok: false, error: { code: 'oneself' } })
    expect(await removeOperator(other.id, admin.id)).toEqual({ ok: true, value: null })
    expect(await readOperatorSession(session)).toBeNull()
    expect(await removeOperator(other.id, admin.id)).toEqual({ ok: false, error: { code: 'not_found' } })
    const again = await invite('support', other.email)
    expect(again.operatorId).toBe(other.id)
  })

  it('keep at least one admin who can sign in, however many are removed at once', async () => {
    await inEngine((tx) => tx.execute(sql`UPDATE operators SET removed_at = now()`))
    const [one, two] = [await operator(), await operator()]
    await invite() // Has no password yet, so it is no way in.
    const answers = await Promise.all([removeOperator(one.id, two.id), changeOperatorRole(two.id, 'support', one.id)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, error: { code: 'last_admin' } })
    const left = (await inEngine(listOperators)).filter(({ role, hasPassword }) => role === 'admin' && hasPassword)
    expect(left).toHaveLength(1)
  })

  it('change role, and are signed out where they lose rights', async () => {
    const [admin, other] = [await operator(), await operator()]
    const session = await sitDown(other.id)
    expect(await changeOperatorRole(other.id, 'support', admin.id)).toEqual({ ok: true, value: null })
    expect(await readOperatorSession(session)).toBeNull()
    expect(await changeOperatorRole(other.id, 'admin', admin.id)).toEqual({ ok: true, value: null })
    expect(await inEngine((tx) => tx.select({ role: operators.role }).from(operators).where(eq(operators.id, other.id)))).toEqual([{ role: 'admin' }])
  })
})
