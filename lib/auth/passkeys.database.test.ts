import { and, eq } from 'drizzle-orm'
import { afterEach, describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { auditLog, messages, passkeys, spentChallenges } from '../../db/schema'
import { newId } from '../ids'
import { systemClock } from '../time'
import { findSessionAccount } from './account'
import type { Holder } from './holder'
import { listOperatorChanges } from './operator-changes'
import { forgetOldSessions, openOperatorSession, readOperatorSession } from './operator-session'
import { forgetOperatorCode, inviteOperator, openDeskBy, removeOperator } from './operators'
import { openChallenge, sealChallenge } from './passkey-challenge'
import {
  identifyByPasskey,
  listPasskeys,
  offerAssertion,
  offerRegistration,
  PASSKEYS_MAX,
  passWithPasskey,
  registerPasskey,
  removePasskey,
  renamePasskey,
} from './passkeys'
import { proveOneself } from './prove-holder'
import { relyingParty } from './relying-party'
import { findSecondFactor, passSecondStep, turnOffSecondFactor } from './second-factor'
import { SIGN_IN_TRIES } from './sign-in-limit'
import { listMembersWithSecondFactor, takeOffMembersSecondFactor } from './take-off-second-factor'
import { Authenticator, type Lie } from './testing/authenticator'
import { withPasskey } from './testing/passkey'
import { withSecondFactor } from './testing/second-step'
import { sitDown } from './testing/sit-down'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

provideDatabase()

let number = 0
const anAddress = () => `198.51.100.${++number}`
const refused = { ok: false, error: { code: 'passkey_refused' } }
const tooLate = { ok: false, error: { code: 'too_late' } }

async function aPerson(name: string) {
  const { organization, owner } = await createTeam(name)
  return { organization, owner, holder: { kind: 'person', id: owner.userId, email: owner.email } as const }
}

async function anOperator() {
  const invited = await inviteOperator({ email: `keys-${++number}@company.example`, role: 'admin', invitedBy: 'a test' })
  if (!invited.ok) throw new Error(invited.error.code)
  await openDeskBy({ token: invited.value.token, password: PASSWORD })
  return { kind: 'operator', id: invited.value.operatorId, email: invited.value.email } as const
}

const ask = async () => (await offerAssertion(null)).challenge
const identify = async (holder: Holder, device: Authenticator, lie: Lie = {}) => {
  const challenge = await ask()
  return identifyByPasskey(holder.kind, { challenge, response: device.answer({ challenge }, lie), address: anAddress() })
}

describe.each([
  { whose: 'a member', make: async () => (await aPerson('Holder')).holder as Holder },
  { whose: 'an operator', make: async () => (await anOperator()) as Holder },
])('a passkey of $whose', ({ make }) => {
  it('is kept under its name, signs in by itself, and shows when it was used', async () => {
    const holder = await make()
    const { device, recoveryCodes } = await withPasskey(holder, 'Phone')
    expect(recoveryCodes).toHaveLength(10)
    expect(await listPasskeys(holder)).toMatchObject([{ name: 'Phone', lastUsedAt: null }])
    expect(await identify(holder, device)).toMatchObject({ ok: true, value: { kind: holder.kind, id: holder.id } })
    expect((await listPasskeys(holder))[0]?.lastUsedAt).not.toBeNull()
  })

  it('turns the second step on, adds no recovery codes to those that there are, and with the last one it is off', async () => {
    const holder = await make()
    await withPasskey(holder, 'First')
    expect(await findSecondFactor(holder)).toEqual({ hasApp: false, hasPasskey: true, recoveryCodes: 10 })
    expect((await withPasskey(holder, 'Second')).recoveryCodes).toEqual([])
    const { secret, recoveryCodes } = await withSecondFactor(holder)
    expect([secret.length, recoveryCodes]).toEqual([32, []])
    await turnOffSecondFactor(holder)
    const [first, second] = await listPasskeys(holder)
    expect(await removePasskey(holder, first?.id ?? newId('passkey'))).toMatchObject({ ok: true })
    expect(await findSecondFactor(holder)).toEqual({ hasApp: false, hasPasskey: true, recoveryCodes: 10 })
    expect(await removePasskey(holder, second?.id ?? newId('passkey'))).toMatchObject({ ok: true })
    expect(await findSecondFactor(holder)).toBeNull()
    expect(await removePasskey(holder, second?.id ?? newId('passkey'))).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('makes recovery codes once, however many first parts are kept at once', async () => {
    const holder = await make()
    const kept = await Promise.all([withPasskey(holder), withPasskey(holder), withSecondFactor(holder)])
    expect(kept.map(({ recoveryCodes }) => recoveryCodes.length).sort()).toEqual([0, 0, 10])
    const codes = kept.flatMap(({ recoveryCodes }) => recoveryCodes)
    expect(await passSecondStep(holder, { code: codes[0] ?? '', address: anAddress() })).toMatchObject({ ok: true })
  })

  it.each<[string, Lie]>([
    ['made for another address', { origin: 'https://evil.example' }],
    ['made for another name', { rpId: 'evil.example' }],
    ['made without a finger, a face or a PIN', { unverified: true }],
    ['to another question', { challenge: Buffer.from('another').toString('base64url') }],
    ['in somebody else’s name', { userHandle: Buffer.from(newId('user')).toString('base64url') }],
  ])('gets nobody in with an answer %s', async (_, lie) => {
    const holder = await make()
    const { device } = await withPasskey(holder)
    expect(await identify(holder, device, lie)).toEqual(refused)
    expect(await identify(holder, device)).toMatchObject({ ok: true })
  })

  it('answers each question once: shown again, or by two at the same time, it gets one in', async () => {
    const holder = await make()
    const { device } = await withPasskey(holder)
    const { device: other } = await withPasskey(holder)
    const challenge = await ask()
    const response = device.answer({ challenge })
    const show = (shown = response) => identifyByPasskey(holder.kind, { challenge, response: shown, address: anAddress() })
    const answers = await Promise.all([show(), show(), show()])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await show()).toEqual(refused)
    expect(await show(device.answer({ challenge }))).toEqual(refused) // Signed anew, to a question that was answered.
    expect(await show(other.answer({ challenge }))).toEqual(refused)
  })

  it('that counts less than before was copied, and gets nobody in; one that never counts does', async () => {
    const holder = await make()
    const { device } = await withPasskey(holder)
    expect(await identify(holder, device, { counter: 7 })).toMatchObject({ ok: true })
    for (const counter of [7, 6, 0]) expect(await identify(holder, device, { counter })).toEqual(refused)
    expect(await identify(holder, device, { counter: 8 })).toMatchObject({ ok: true })
    const still = new Authenticator({ counts: false })
    const options = await offerRegistration(holder)
    await registerPasskey(holder, { challenge: options.challenge, response: still.register(options), name: 'In the cloud' })
    for (let time = 0; time < 2; time++) expect(await identify(holder, still)).toMatchObject({ ok: true })
  })

  it('that was removed gets nobody in, nor does one that was never kept', async () => {
    const holder = await make()
    const { device } = await withPasskey(holder)
    const [kept] = await listPasskeys(holder)
    await removePasskey(holder, kept?.id ?? newId('passkey'))
    expect(await identify(holder, device)).toEqual(refused)
    const challenge = await ask()
    expect(await passWithPasskey(holder, { challenge, response: device.answer({ challenge }), address: anAddress() })).toEqual(refused)
    expect(await identify(holder, new Authenticator())).toEqual(refused)
  })

  it('is no second step, no proof and no sign-in of anybody else', async () => {
    const [holder, other] = [await make(), await make()]
    const { device } = await withPasskey(holder)
    await withPasskey(other)
    const challenge = await ask()
    const response = device.answer({ challenge })
    expect(await passWithPasskey(other, { challenge, response, address: anAddress() })).toEqual(refused)
    const proof = { password: PASSWORD, code: '', passkey: response, challenge, address: anAddress() }
    expect(await proveOneself(other, proof)).toEqual(refused)
    expect(await identifyByPasskey(holder.kind === 'person' ? 'operator' : 'person', proof && { ...proof, response })).toEqual(refused)
    expect(await proveOneself(holder, { ...proof, password: 'wrong' })).toMatchObject({ ok: true }) // It is both steps.
  })

  it('makes the password alone no proof any more', async () => {
    const holder = await make()
    const proof = { password: PASSWORD, code: '', challenge: null, address: anAddress() }
    expect(await proveOneself(holder, proof)).toMatchObject({ ok: true })
    const { recoveryCodes } = await withPasskey(holder)
    expect(await proveOneself(holder, proof)).toEqual({ ok: false, error: { code: 'wrong_code' } })
    expect(await proveOneself(holder, { ...proof, code: recoveryCodes[0] ?? '' })).toMatchObject({ ok: true })
  })

  it('is nobody’s twice, and is registered by an answer to this question, from here, by its owner', async () => {
    const [holder, other] = [await make(), await make()]
    const { device } = await withPasskey(holder)
    const register = async (challenge: string | null, lie: Lie = {}, by = new Authenticator()) => {
      const options = await offerRegistration(other)
      return registerPasskey(other, { challenge: challenge ?? options.challenge, response: by.register(options, lie), name: 'Theirs' })
    }
    expect(await register(null, {}, device)).toEqual(refused)
    expect(await register('b3RoZXI')).toEqual(refused)
    for (const lie of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { unverified: true }] satisfies Lie[]) {
      expect(await register(null, lie)).toEqual(refused)
    }
    expect(await findSecondFactor(other)).toBeNull()
    const options = await offerRegistration(other)
    const keep = () => registerPasskey(other, { challenge: options.challenge, response: new Authenticator().register(options), name: 'Theirs' })
    expect((await Promise.all([keep(), keep()])).filter(({ ok }) => ok)).toHaveLength(1)
    expect(await keep()).toEqual(tooLate)
  })

  it('is renamed and removed by its owner alone', async () => {
    const [holder, other] = [await make(), await make()]
    await withPasskey(holder)
    const [kept] = await listPasskeys(holder)
    const id = kept?.id ?? newId('passkey')
    const notFound = { ok: false, error: { code: 'not_found' } }
    expect(await renamePasskey(other, id, 'Mine now')).toEqual(notFound)
    expect(await removePasskey(other, id)).toEqual(notFound)
    expect(await renamePasskey(holder, id, 'Old laptop')).toMatchObject({ ok: true })
    expect(await listPasskeys(holder)).toMatchObject([{ name: 'Old laptop' }])
  })

  it('is looked at ten times in a quarter of an hour, from wherever it is shown', async () => {
    const holder = await make()
    const { device } = await withPasskey(holder)
    for (let tries = 0; tries < SIGN_IN_TRIES; tries++) expect(await identify(holder, device, { unverified: true })).toEqual(refused)
    expect(await identify(holder, device)).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
  })
})

describe('a member', () => {
  it('is signed out everywhere by the first passkey, and not by another', async () => {
    const { holder } = await aPerson('Everywhere')
    await withPasskey(holder)
    expect(await findSessionAccount(holder.id, 1)).toBeNull()
    await withPasskey(holder)
    expect(await findSessionAccount(holder.id, 2)).not.toBeNull()
  })

  it('reads of a passkey that was added or removed in a mail, and their organization in its activity', async () => {
    const { organization, owner, holder } = await aPerson('Told of passkeys')
    await withPasskey(holder)
    await withPasskey(holder)
    for (const { id } of await listPasskeys(holder)) await removePasskey(holder, id)
    const changes = ['passkey_added', 'passkey_added', 'passkey_removed', 'turned_off']
    const entries = await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.organizationId, organization.id)).orderBy(auditLog.id))
    expect(entries.filter(({ action }) => action.startsWith('second_step.'))).toMatchObject(
      changes.map((change) => ({ action: `second_step.${change}`, actor: owner.id, target: owner.id })),
    )
    const ours = and(eq(messages.organizationId, organization.id), eq(messages.kind, 'second_step_changed'))
    const mails = await inEngine((tx) => tx.select().from(messages).where(ours))
    expect(mails.map(({ recipient, payload }) => [recipient, payload.change]).sort()).toEqual(changes.map((change) => [owner.email, change]).sort())
  })

  it('sees nobody’s passkeys but their own, and changes and adds no other', async () => {
    const [ours, theirs] = [await aPerson('Ours'), await aPerson('Theirs')]
    await withPasskey(theirs.holder)
    await withPasskey(await anOperator())
    const asOurs = { organizationId: ours.organization.id, userId: ours.holder.id }
    expect(await inWeb(asOurs, (tx) => tx.select().from(passkeys))).toEqual([])
    expect(await inWeb(asOurs, (tx) => tx.update(passkeys).set({ counter: 99 }).returning())).toEqual([])
    const [row] = await inEngine((tx) => tx.select().from(passkeys).where(eq(passkeys.userId, theirs.holder.id)))
    const copied = { ...row, id: newId('passkey'), credentialId: 'copied' }
    await expect(inWeb(asOurs, (tx) => tx.insert(passkeys).values(copied as never))).rejects.toThrow()
    await expect(inWeb(asOurs, (tx) => tx.delete(passkeys))).rejects.toThrow()
    await expect(inWeb(asOurs, (tx) => tx.select().from(spentChallenges))).rejects.toThrow()
  })

  it('who has lost every device is let in by an operator: passkeys go too', async () => {
    const { organization, owner, holder } = await aPerson('Lost')
    const { device } = await withPasskey(holder)
    expect(await inEngine((tx) => listMembersWithSecondFactor(tx, organization.id))).toEqual([{ id: owner.id, email: owner.email }])
    const lost = { organizationId: organization.id, memberId: owner.id, reason: 'Seen their passport' }
    expect(await inEngine((tx) => takeOffMembersSecondFactor({ tx, actor: 'operator' }, lost))).toMatchObject({ ok: true })
    expect(await findSecondFactor(holder)).toBeNull()
    expect(await identify(holder, device)).toEqual(refused)
    expect(await inEngine((tx) => listMembersWithSecondFactor(tx, organization.id))).toEqual([])
  })

  it('is not signed in by an answer that was taken just before their second step was taken off', async () => {
    const { organization, owner, holder } = await aPerson('Overtaken')
    const { device } = await withPasskey(holder)
    const challenge = await ask()
    const identified = await identifyByPasskey('person', { challenge, response: device.answer({ challenge }), address: anAddress() })
    if (!identified.ok) throw new Error(identified.error.code)
    const lost = { organizationId: organization.id, memberId: owner.id, reason: 'Seen their passport' }
    await inEngine((tx) => takeOffMembersSecondFactor({ tx, actor: 'operator' }, lost))
    expect(await findSessionAccount(identified.value.id, identified.value.sessionVersion)).toBeNull()
  })

  it('keeps twenty at most', async () => {
    const { holder } = await aPerson('Many')
    for (let kept = 0; kept < PASSKEYS_MAX; kept++) await withPasskey(holder)
    await expect(withPasskey(holder)).rejects.toThrow('too_many_passkeys')
  })
})

describe('an operator', () => {
  it('who has lost every device is let in from the command line: passkeys go too', async () => {
    const holder = await anOperator()
    const { device } = await withPasskey(holder)
    const session = await sitDown(holder.id)
    expect(await forgetOperatorCode(holder.email)).toMatchObject({ ok: true })
    expect(await identify(holder, device)).toEqual(refused)
    expect(await readOperatorSession(session)).toBeNull()
    expect(await inEngine((tx) => listOperatorChanges(tx, holder.id))).toMatchObject([
      { action: 'second_step.turned_off', actor: 'command line' },
      { action: 'second_step.passkey_added', actor: holder.email },
    ])
  })

  it('does not sit down by an answer that was taken just before their second step was taken off', async () => {
    const holder = await anOperator()
    const { device } = await withPasskey(holder)
    const challenge = await ask()
    const identified = await identifyByPasskey('operator', { challenge, response: device.answer({ challenge }), address: anAddress() })
    if (!identified.ok) throw new Error(identified.error.code)
    await forgetOperatorCode(holder.email)
    expect(await openOperatorSession(identified.value, { passedCode: true })).toBeNull()
  })

  it('who was removed while adding a passkey keeps none', async () => {
    const holder = await anOperator()
    await anOperator()
    const device = new Authenticator()
    const options = await offerRegistration(holder)
    const response = device.register(options)
    await removeOperator(holder.id, null)
    expect(await registerPasskey(holder, { challenge: options.challenge, response, name: 'Laptop' })).toEqual(refused)
    expect(await listPasskeys(holder)).toEqual([])
  })

  it('who was removed does not sit down with a passkey', async () => {
    const holder = await anOperator()
    await anOperator()
    const { device } = await withPasskey(holder)
    await removeOperator(holder.id, null)
    expect(await identify(holder, device)).toEqual(refused)
  })
})

describe('the question to a passkey', () => {
  const holder = { kind: 'person', id: newId('user'), email: 'a@example.com' } as const

  it('belongs to what it was asked for, and to whom', async () => {
    const sealed = await sealChallenge({ of: 'second_step', holder }, { challenge: 'asked', recoveryHash: null })
    expect(await openChallenge({ of: 'second_step', holder }, sealed)).toEqual({ challenge: 'asked', recoveryHash: null })
    for (const other of [
      { of: 'sign_in', kind: 'person' },
      { of: 'proof', holder },
      { of: 'registration', holder },
      { of: 'second_step', holder: { ...holder, id: newId('user') } },
    ] as const)
      expect(await openChallenge(other, sealed)).toBeNull()
    expect(await openChallenge({ of: 'second_step', holder }, `${sealed.slice(0, -4)}AAAA`)).toBeNull()
  })

  it('is not waited for: whoever was asked nothing is too late', async () => {
    const person = await aPerson('Late')
    const { device } = await withPasskey(person.holder)
    const challenge = await ask()
    expect(await identifyByPasskey('person', { challenge: null, response: device.answer({ challenge }), address: anAddress() })).toEqual(tooLate)
  })

  it('is forgotten once it is too old to be answered, and so is a removed passkey after a month', async () => {
    const person = await aPerson('Forgotten')
    await withPasskey(person.holder)
    const [kept] = await listPasskeys(person.holder)
    await removePasskey(person.holder, kept?.id ?? newId('passkey'))
    const long = systemClock.now().subtract({ hours: 31 * 24 })
    await inEngine((tx) => tx.update(passkeys).set({ removedAt: long }).where(eq(passkeys.userId, person.holder.id)))
    await inEngine((tx) => tx.insert(spentChallenges).values({ hash: 'an old one', forgottenAt: long }))
    const fresh = await inEngine((tx) => tx.$count(spentChallenges))
    await inEngine(forgetOldSessions)
    expect(await inEngine((tx) => tx.$count(spentChallenges))).toBe(fresh - 1)
    expect(await inEngine((tx) => tx.$count(passkeys, eq(passkeys.userId, person.holder.id)))).toBe(0)
  })
})

describe('the address that passkeys are for', () => {
  const before = process.env.HEADROOM_URL
  afterEach(() => {
    process.env.HEADROOM_URL = before
  })

  it.each([
    ['https://billing.example.com', { id: 'billing.example.com', origin: 'https://billing.example.com' }],
    ['https://billing.example.com:8443/', { id: 'billing.example.com', origin: 'https://billing.example.com:8443' }],
    ['http://localhost:3000', { id: 'localhost', origin: 'http://localhost:3000' }],
    ['http://billing.example.com', null],
    ['https://192.0.2.1', null],
    ['https://[2001:db8::1]', null],
  ])('of %s', (url, expected) => {
    process.env.HEADROOM_URL = url
    expect(relyingParty()).toEqual(expected)
  })
})
