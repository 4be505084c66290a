import { and, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { auditLog, members, messages, operatorChanges, secondFactors } from '../../db/schema'
import { newId } from '../ids'
import { systemClock } from '../time'
import { findSessionAccount } from './account'
import type { Holder } from './holder'
import { listOperatorChanges } from './operator-changes'
import { openOperatorFirstStep, openOperatorSession, readOperatorFirstStep, readOperatorSession } from './operator-session'
import { forgetOperatorCode, inviteOperator, linkOperator, openDeskBy, removeOperator } from './operators'
import { proveByPassword, proveOneself } from './prove-holder'
import {
  findSecondFactor,
  offerSecondFactor,
  passSecondStep,
  renewRecoveryCodes,
  takeOffSecondFactor,
  turnOffSecondFactor,
  turnOnSecondFactor,
} from './second-factor'
import { openFirstStep, sealFirstStep } from './second-step-cookie'
import { openSession, sealSession } from './session-cookie'
import { SIGN_IN_TRIES } from './sign-in-limit'
import { listMembersWithSecondFactor, takeOffMembersSecondFactor } from './take-off-second-factor'
import { codeOf, withSecondFactor } from './testing/second-step'
import { shownOperator, sitDown } from './testing/sit-down'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

provideDatabase()

let number = 0
const anAddress = () => `198.51.100.${++number}`
const wrongCode = { ok: false, error: { code: 'wrong_code' } }

async function aPerson(name: string) {
  const { organization, owner } = await createTeam(name)
  return { organization, owner, holder: { kind: 'person', id: owner.userId, email: owner.email } as const }
}

async function anOperator() {
  const invited = await inviteOperator({ email: `desk-${++number}@company.example`, role: 'admin', invitedBy: 'a test' })
  if (!invited.ok) throw new Error(invited.error.code)
  await openDeskBy({ token: invited.value.token, password: PASSWORD })
  return { kind: 'operator', id: invited.value.operatorId, email: invited.value.email } as const
}

const pass = (holder: Holder, code: string) => passSecondStep(holder, { code, address: anAddress() })

describe.each([
  { whose: 'a member', make: async () => (await aPerson('Holder')).holder as Holder },
  { whose: 'an operator', make: async () => (await anOperator()) as Holder },
])('the second step of $whose', ({ make }) => {
  it('is on once a code has shown that the phone has the secret, and not before', async () => {
    const holder = await make()
    const { secret, sealed } = offerSecondFactor(holder)
    expect(await findSecondFactor(holder)).toBeNull()
    const turnOn = (code: string) => turnOnSecondFactor(holder, { sealed, code, address: anAddress() })
    expect(await turnOn('000000')).toEqual(wrongCode)
    expect(await findSecondFactor(holder)).toBeNull()
    const turned = await turnOn(codeOf(secret))
    expect(turned).toMatchObject({ ok: true })
    expect(await findSecondFactor(holder)).toEqual({ hasApp: true, hasPasskey: false, recoveryCodes: 10 })
    expect(await turnOn(codeOf(secret))).toEqual({ ok: false, error: { code: 'already_on' } })
  })

  it('takes no secret that was offered to somebody else, or changed', async () => {
    const [holder, other] = [await make(), await make()]
    const { secret, sealed } = offerSecondFactor(other)
    const turnOn = (given: string) => turnOnSecondFactor(holder, { sealed: given, code: codeOf(secret), address: anAddress() })
    expect(await turnOn(sealed)).toEqual({ ok: false, error: { code: 'offer_closed' } })
    expect(await turnOn(`${sealed.slice(0, -4)}AAAA`)).toEqual({ ok: false, error: { code: 'offer_closed' } })
  })

  it('takes each code once, also the one that turned it on, and of two at the same time one', async () => {
    const holder = await make()
    const { secret, sealed } = offerSecondFactor(holder)
    const code = codeOf(secret)
    await turnOnSecondFactor(holder, { sealed, code, address: anAddress() })
    expect(await pass(holder, code)).toEqual(wrongCode)
    const later = codeOf(secret, 1)
    const answers = await Promise.all([pass(holder, later), pass(holder, later), pass(holder, later)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await pass(holder, codeOf(secret, 0))).toEqual(wrongCode) // Earlier than one that was used.
  })

  it.each([-1, 0, 1])('takes the code %i half minutes off', async (steps) => {
    const holder = await make()
    const { secret } = await withSecondFactor(holder)
    const code = codeOf(secret, steps)
    expect(await pass(holder, ` ${code.slice(0, 3)} ${code.slice(3)} `)).toMatchObject({ ok: true })
  })

  it.each([-3, 3])('does not take the code %i half minutes off', async (steps) => {
    const holder = await make()
    const { secret } = await withSecondFactor(holder)
    expect(await pass(holder, codeOf(secret, steps))).toEqual(wrongCode)
  })

  it('takes each recovery code once, however it is written, and of two at the same time one', async () => {
    const holder = await make()
    const { recoveryCodes } = await withSecondFactor(holder)
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = recoveryCodes
    expect(await pass(holder, first.toLowerCase().replaceAll('-', ' '))).toMatchObject({ ok: true })
    expect(await pass(holder, first)).toEqual(wrongCode)
    const both = await Promise.all([pass(holder, second), pass(holder, second)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await findSecondFactor(holder)).toMatchObject({ recoveryCodes: 8 })
  })

  it('ends guessing after ten tries, from wherever, even with the right code; many at once count as many', async () => {
    const holder = await make()
    const { secret } = await withSecondFactor(holder)
    const guesses = await Promise.all(Array.from({ length: 2 * SIGN_IN_TRIES }, () => pass(holder, '000000')))
    expect(guesses.filter((answer) => !answer.ok && answer.error.code === 'wrong_code')).toHaveLength(SIGN_IN_TRIES)
    expect(await pass(holder, codeOf(secret))).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
  })

  it('keeps neither the secret nor a recovery code that could be read', async () => {
    const holder = await make()
    const { secret, recoveryCodes } = await withSecondFactor(holder)
    const kept = JSON.stringify(await inEngine((tx) => tx.select().from(secondFactors)))
    for (const code of [secret, ...recoveryCodes]) expect(kept).not.toContain(code)
  })

  it('is changed only by password and code together', async () => {
    const holder = await make()
    const { secret } = await withSecondFactor(holder)
    const prove = (password: string, code: string) => proveOneself(holder, { password, code, challenge: null, address: anAddress() })
    expect(await prove('wrong', codeOf(secret))).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    expect(await prove(PASSWORD, '000000')).toEqual(wrongCode)
    expect(await prove(PASSWORD, codeOf(secret))).toMatchObject({ ok: true })
    expect(await proveByPassword(holder, { password: '', address: anAddress() })).toMatchObject({ ok: false })
  })

  it('with new recovery codes takes none of the earlier ones; turned off it takes nothing, and can be set up again', async () => {
    const holder = await make()
    const { secret, recoveryCodes } = await withSecondFactor(holder)
    const renewed = await renewRecoveryCodes(holder)
    expect(await pass(holder, recoveryCodes[0] ?? '')).toEqual(wrongCode)
    expect(await pass(holder, renewed?.recoveryCodes[0] ?? '')).toMatchObject({ ok: true })
    expect(await turnOffSecondFactor(holder)).toBe(true)
    expect(await turnOffSecondFactor(holder)).toBe(false)
    expect(await findSecondFactor(holder)).toBeNull()
    for (const code of [codeOf(secret), renewed?.recoveryCodes[1] ?? '']) expect(await pass(holder, code)).toEqual(wrongCode)
    await withSecondFactor(holder)
    expect(await findSecondFactor(holder)).toEqual({ hasApp: true, hasPasskey: false, recoveryCodes: 10 })
  })
})

describe('a member', () => {
  it('is sealed under a new key by their next code, and then the old key may go', async () => {
    const { holder } = await aPerson('Another key')
    const { secret } = await withSecondFactor(holder)
    const before = process.env.HEADROOM_ENCRYPTION_KEYS
    const newer = `newer:${Buffer.alloc(32, 9).toString('base64')}`
    try {
      process.env.HEADROOM_ENCRYPTION_KEYS = `${newer},${before}`
      expect(await pass(holder, codeOf(secret))).toMatchObject({ ok: true })
      process.env.HEADROOM_ENCRYPTION_KEYS = newer
      expect(await pass(holder, codeOf(secret, 1))).toMatchObject({ ok: true })
    } finally {
      process.env.HEADROOM_ENCRYPTION_KEYS = before
    }
  })

  it('is signed out everywhere by turning it on, and a first step is no session', async () => {
    const { holder } = await aPerson('Everywhere')
    await withSecondFactor(holder)
    expect(await findSessionAccount(holder.id, 1)).toBeNull()
    const account = { id: holder.id, sessionVersion: 2 }
    expect(await openSession(await sealFirstStep(account))).toBeNull()
    expect(await openFirstStep(await sealSession(account))).toBeNull()
    expect(await openFirstStep(await sealFirstStep(account))).toEqual({ userId: holder.id, sessionVersion: 2 })
  })

  it('reads every change in a mail, and their organization in its activity', async () => {
    const { organization, owner, holder } = await aPerson('Told')
    const { recoveryCodes } = await withSecondFactor(holder)
    await pass(holder, recoveryCodes[0] ?? '')
    await renewRecoveryCodes(holder)
    await turnOffSecondFactor(holder)
    const changes = ['turned_on', 'recovery_code_used', 'codes_renewed', 'turned_off']
    const ours = eq(auditLog.organizationId, organization.id)
    const entries = await inEngine((tx) => tx.select().from(auditLog).where(ours).orderBy(auditLog.id))
    expect(entries.filter(({ action }) => action.startsWith('second_step.'))).toMatchObject(
      changes.map((change) => ({ action: `second_step.${change}`, actor: owner.id, target: owner.id })),
    )
    const mails = await inEngine((tx) =>
      tx
        .select()
        .from(messages)
        .where(and(eq(messages.organizationId, organization.id), eq(messages.kind, 'second_step_changed'))),
    )
    expect(mails.map(({ recipient, payload }) => [recipient, payload.change]).sort()).toEqual(changes.map((change) => [owner.email, change]).sort())
  })

  it('sees nobody’s second step but their own, and changes no other', async () => {
    const [ours, theirs] = [await aPerson('Ours'), await aPerson('Theirs')]
    await withSecondFactor(theirs.holder)
    await withSecondFactor(await anOperator())
    const asOurs = { organizationId: ours.organization.id, userId: ours.holder.id }
    expect(await inWeb(asOurs, (tx) => tx.select().from(secondFactors))).toEqual([])
    const changed = await inWeb(asOurs, (tx) => tx.update(secondFactors).set({ sealedSecret: null }).returning())
    expect(changed).toEqual([])
    const facts = {
      userId: theirs.holder.id,
      sealedSecret: 'x',
      lastStep: 0,
      recoveryHashes: [],
      confirmedAt: (await inEngine((tx) => tx.select().from(secondFactors)))[0]?.confirmedAt,
    }
    await expect(inWeb(asOurs, (tx) => tx.insert(secondFactors).values(facts as never))).rejects.toThrow()
  })

  it('who has lost everything is let in by an operator, with the reason in the activity and a mail, and signed out', async () => {
    const { organization, owner, holder } = await aPerson('Lost')
    const other = await aPerson('Not theirs')
    await withSecondFactor(holder)
    expect(await inEngine((tx) => listMembersWithSecondFactor(tx, organization.id))).toEqual([{ id: owner.id, email: owner.email }])
    const takeOff = (organizationId: typeof organization.id) =>
      inEngine((tx) => takeOffMembersSecondFactor({ tx, actor: 'operator' }, { organizationId, memberId: owner.id, reason: 'Seen their passport' }))
    expect(await takeOff(other.organization.id)).toEqual({ ok: false, error: { code: 'not_found' } })
    expect(await takeOff(organization.id)).toMatchObject({ ok: true })
    expect(await takeOff(organization.id)).toEqual({ ok: false, error: { code: 'not_found' } })
    expect(await findSecondFactor(holder)).toBeNull()
    expect(await findSessionAccount(holder.id, 2)).toBeNull()
    const [entry] = await inEngine((tx) =>
      tx
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.organizationId, organization.id), eq(auditLog.action, 'second_step.taken_off'))),
    )
    expect(entry).toMatchObject({ actor: 'operator', target: owner.id, after: { reason: 'Seen their passport' } })
  })

  it('is not spoken for by an organization that has only invited them, and what one of theirs says is read there alone', async () => {
    const { organization, holder } = await aPerson('Asks')
    const other = await aPerson('Also theirs')
    const inOther = { id: newId('mem'), organizationId: other.organization.id, userId: holder.id, role: 'member' as const, addedAt: systemClock.now() }
    await inEngine((tx) => tx.insert(members).values(inOther))
    await withSecondFactor(holder)
    const takeOff = (organizationId: typeof organization.id, memberId: typeof inOther.id) =>
      inEngine((tx) => takeOffMembersSecondFactor({ tx, actor: 'operator' }, { organizationId, memberId, reason: 'A call from Bob' }))
    expect(await inEngine((tx) => listMembersWithSecondFactor(tx, other.organization.id))).toEqual([])
    expect(await takeOff(other.organization.id, inOther.id)).toEqual({ ok: false, error: { code: 'not_found' } })

    await inEngine((tx) => tx.update(members).set({ joinedAt: systemClock.now() }).where(eq(members.id, inOther.id)))
    expect(await takeOff(other.organization.id, inOther.id)).toMatchObject({ ok: true })
    const entries = await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.action, 'second_step.taken_off')))
    const reasonIn = (id: typeof organization.id) => entries.filter((one) => one.organizationId === id).map(({ after }) => after)
    expect([reasonIn(organization.id), reasonIn(other.organization.id)]).toEqual([[null], [{ reason: 'A call from Bob' }]])
  })
})

describe('an operator', () => {
  it('sits at no desk between the two steps, and what waits for a code ends with their sessions', async () => {
    const holder = await anOperator()
    const token = await openOperatorFirstStep(await shownOperator(holder.id))
    if (token === null) throw new Error('the operator was removed')
    expect(await readOperatorSession(token)).toBeNull()
    expect(await readOperatorFirstStep(token)).toMatchObject({ id: holder.id })
    expect(await readOperatorFirstStep(await sitDown(holder.id))).toBeNull()
    await withSecondFactor(holder)
    expect(await readOperatorFirstStep(token)).toBeNull()
  })

  it('sits down without a code only while none is asked for, however close the sign-in is to the moment that it is', async () => {
    const holder = await anOperator()
    const signIn = async () => openOperatorSession(await shownOperator(holder.id), { passedCode: false })
    const [, ...tokens] = await Promise.all([withSecondFactor(holder), ...Array.from({ length: 10 }, signIn)])
    const present = await Promise.all(tokens.map((token) => token && readOperatorSession(token)))
    expect(present.filter(Boolean)).toEqual([])
    expect(await signIn()).toBeNull()
  })

  it('does not get around it by a link for another password', async () => {
    const holder = await anOperator()
    await withSecondFactor(holder)
    const link = await linkOperator(holder.email)
    if (!link.ok) throw new Error(link.error.code)
    await openDeskBy({ token: link.value.token, password: 'quite another sentence' })
    expect(await findSecondFactor(holder)).not.toBeNull()
  })

  it('who has lost everything is let in from the command line, which stands in what changed', async () => {
    const holder = await anOperator()
    expect(await forgetOperatorCode(holder.email)).toEqual({ ok: false, error: { code: 'no_second_step' } })
    await withSecondFactor(holder)
    const session = await sitDown(holder.id)
    expect(await forgetOperatorCode(holder.email.toUpperCase())).toMatchObject({ ok: true })
    expect(await findSecondFactor(holder)).toBeNull()
    expect(await readOperatorSession(session)).toBeNull()
    const changes = (await inEngine((tx) => listOperatorChanges(tx, holder.id))).reverse()
    expect(changes).toMatchObject([
      { action: 'second_step.turned_on', actor: holder.email },
      { action: 'second_step.turned_off', actor: 'command line' },
    ])
  })

  it('who was removed and comes back begins without one', async () => {
    const holder = await anOperator()
    await anOperator()
    await withSecondFactor(holder)
    await removeOperator(holder.id, null)
    expect(await inEngine((tx) => takeOffSecondFactor(tx, holder))).toBe(false)
    const [last] = await inEngine((tx) => listOperatorChanges(tx, holder.id))
    expect(last).toMatchObject({ action: 'second_step.turned_off', actor: 'command line' })
  })

  it('’s changes can be added to and nothing else', async () => {
    await expect(inEngine((tx) => tx.update(operatorChanges).set({ actor: 'nobody' }))).rejects.toThrow()
    await expect(inEngine((tx) => tx.delete(operatorChanges))).rejects.toThrow()
    await expect(inWeb({}, (tx) => tx.select().from(operatorChanges))).rejects.toThrow()
  })
})
