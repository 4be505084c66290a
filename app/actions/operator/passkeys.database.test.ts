import { afterEach, describe, expect, it, vi } from 'vitest'
import { listPasskeys } from '@/lib/auth/passkeys'
import { operatorCookieName } from '@/lib/auth/present-operator'
import { findSecondFactor } from '@/lib/auth/second-factor'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar, signInAs } from '@/lib/auth/testing/acting-people'
import { Authenticator } from '@/lib/auth/testing/authenticator'
import { withPasskey } from '@/lib/auth/testing/passkey'
import { sitDown } from '@/lib/auth/testing/sit-down'
import { PASSWORD } from '@/lib/auth/testing/team'
import { setStage } from '@/lib/billing/testing/stage'
import { newId } from '@/lib/ids'
import { askForPasskeySignInAction, signInWithPasskeyAction } from '../passkeys'
import { anOperator } from '../testing/operator-cases'
import { signInOperatorAction } from './entrance'
import {
  addOperatorPasskeyAction,
  askForOperatorPasskeySignInAction,
  askForOperatorPasskeyStepAction,
  askOperatorForPasskeyAction,
  askOperatorForProofAction,
  passOperatorPasskeyStepAction,
  removeOperatorPasskeyAction,
  renameOperatorPasskeyAction,
  signInOperatorWithPasskeyAction,
} from './passkeys'

const held = vi.hoisted(() => ({ host: 0 }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers({ 'x-forwarded-for': `203.0.113.${++held.host}` }),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_ENCRYPTION_KEYS ??= `tests:${Buffer.alloc(32, 7).toString('base64')}`
const stage = setStage()
afterEach(() => jar.clear())

const refused = { ok: false, error: { code: 'passkey_refused' } }
const tooLate = { ok: false, error: { code: 'too_late' } }
const signedOut = { ok: false, error: { code: 'signed_out' } }
const options = { challenge: 'b3RoZXI', user: { id: 'b3RoZXI' } }
const proof = { code: '', password: PASSWORD }
const passkeyId = newId('passkey')

async function value<Value>(answer: Promise<{ ok: true; value: Value } | { ok: false; error: unknown }>): Promise<Value> {
  const answered = await answer
  if (!answered.ok) throw new Error(JSON.stringify(answered.error))
  return answered.value
}

async function withDevice() {
  const { id, email } = await anOperator('support')
  const holder = { kind: 'operator', id, email } as const
  return { holder, ...(await withPasskey(holder)) }
}

const OWN = [
  { name: 'ask for a proof', call: () => askOperatorForProofAction({}) },
  { name: 'ask for a passkey', call: () => askOperatorForPasskeyAction(proof) },
  { name: 'add', call: () => addOperatorPasskeyAction({ name: 'Laptop', passkey: new Authenticator().register(options) }) },
  { name: 'rename', call: () => renameOperatorPasskeyAction({ passkeyId, name: 'Laptop' }) },
  { name: 'remove', call: () => removeOperatorPasskeyAction({ passkeyId, ...proof }) },
]

it.each(OWN)('$name: does nothing for nobody, and nothing for a customer', async ({ call }) => {
  expect(await call()).toEqual(signedOut)
  await signInAs((await foundTenant(stage, { plan: null, card: null })).owner)
  expect(await call()).toEqual(signedOut)
})

describe('an operator with a passkey', () => {
  it('sits down with it alone', async () => {
    const { device } = await withDevice()
    const passkey = device.answer(await value(askForOperatorPasskeySignInAction({})))
    expect(await signInOperatorWithPasskeyAction({ passkey })).toMatchObject({ ok: true })
    expect([...jar.keys()]).toEqual([operatorCookieName()])
    expect(await signInOperatorWithPasskeyAction({ passkey })).toEqual(tooLate)
  })

  it('sits down with it after the password, and not without; what waited is used up', async () => {
    const { holder, device } = await withDevice()
    expect(await signInOperatorAction({ email: holder.email, password: PASSWORD })).toEqual({ ok: true, value: { needsCode: true } })
    const [waiting] = [...jar]
    const { device: others } = await withDevice()
    expect(await passOperatorPasskeyStepAction({ passkey: others.answer(await value(askForOperatorPasskeyStepAction({}))) })).toEqual(refused)
    expect(await passOperatorPasskeyStepAction({ passkey: device.answer(await value(askForOperatorPasskeyStepAction({}))) })).toMatchObject({ ok: true })
    expect([...jar.keys()]).toEqual([operatorCookieName()])
    jar.clear()
    if (waiting) jar.set(...waiting)
    expect(await askForOperatorPasskeyStepAction({})).toEqual(tooLate)
  })

  it('is nobody among the customers, and a customer with one is nobody at the desk (G85)', async () => {
    const { device } = await withDevice()
    expect(await signInWithPasskeyAction({ passkey: device.answer(await value(askForPasskeySignInAction({}))) })).toEqual(refused)
    const { owner, email } = await foundTenant(stage, { plan: null, card: null })
    const { device: customers } = await withPasskey({ kind: 'person', id: owner, email })
    expect(await signInOperatorWithPasskeyAction({ passkey: customers.answer(await value(askForOperatorPasskeySignInAction({}))) })).toEqual(refused)
    const asked = customers.answer(await value(askForPasskeySignInAction({})))
    expect(await signInOperatorWithPasskeyAction({ passkey: asked })).toEqual(tooLate)
    expect([operatorCookieName(), sessionCookieName()].some((name) => jar.has(name))).toBe(false)
  })

  it('adds the first after the password and stays at the desk, adds others and removes them after both steps, and touches nobody else’s', async () => {
    const { id, email } = await anOperator('support')
    const holder = { kind: 'operator', id, email } as const
    jar.set(operatorCookieName(), await sitDown(id))
    const device = new Authenticator()
    const first = await value(askOperatorForPasskeyAction(proof))
    expect((await value(addOperatorPasskeyAction({ name: 'Laptop', passkey: device.register(first) }))).recoveryCodes).toHaveLength(10)
    expect(await askOperatorForPasskeyAction(proof)).toEqual({ ok: false, error: { code: 'wrong_code' } })
    const passkey = device.answer(await value(askOperatorForProofAction({})))
    const next = await value(askOperatorForPasskeyAction({ code: '', password: '', passkey }))
    expect(await addOperatorPasskeyAction({ name: 'Phone', passkey: new Authenticator().register(next) })).toMatchObject({ ok: true })

    const [theirs] = await listPasskeys((await withDevice()).holder)
    const notFound = { ok: false, error: { code: 'not_found' } }
    expect(await renameOperatorPasskeyAction({ passkeyId: theirs?.id ?? '', name: 'Mine' })).toEqual(notFound)
    expect(await removeOperatorPasskeyAction({ passkeyId: theirs?.id ?? '', ...proof })).toEqual(notFound)

    const [laptop] = await listPasskeys(holder)
    const again = device.answer(await value(askOperatorForProofAction({})))
    expect(await removeOperatorPasskeyAction({ passkeyId: laptop?.id ?? '', code: '', password: '', passkey: again })).toMatchObject({ ok: true })
    expect(await listPasskeys(holder)).toMatchObject([{ name: 'Phone' }])
    expect(await findSecondFactor(holder)).toMatchObject({ hasPasskey: true })
  })
})
