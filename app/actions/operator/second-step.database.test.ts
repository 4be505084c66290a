import { afterEach, describe, expect, it, vi } from 'vitest'
import { getOperator, operatorCookieName, requireOperator } from '@/lib/auth/present-operator'
import { findSecondFactor } from '@/lib/auth/second-factor'
import { foundTenant, jar, signInAs } from '@/lib/auth/testing/acting-people'
import { codeOf, withSecondFactor } from '@/lib/auth/testing/second-step'
import { PASSWORD } from '@/lib/auth/testing/team'
import { setStage } from '@/lib/billing/testing/stage'
import { anOperator } from '../testing/operator-cases'
import { passOperatorSecondStepAction, signInOperatorAction } from './entrance'
import { inviteOperatorAction } from './operators'
import {
  offerOperatorSecondFactorAction,
  renewOperatorRecoveryCodesAction,
  turnOffOperatorSecondFactorAction,
  turnOnOperatorSecondFactorAction,
} from './second-step'

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

const proof = { code: '000000', password: PASSWORD }
const OWN = [
  { name: 'offer', call: () => offerOperatorSecondFactorAction({}) },
  { name: 'turn on', call: () => turnOnOperatorSecondFactorAction({ ...proof, sealed: 'x' }) },
  { name: 'renew', call: () => renewOperatorRecoveryCodesAction(proof) },
  { name: 'turn off', call: () => turnOffOperatorSecondFactorAction(proof) },
]

it.each(OWN)('$name: does nothing for nobody, and nothing for a customer', async ({ call }) => {
  const signedOut = { ok: false, error: { code: 'signed_out' } }
  expect(await call()).toEqual(signedOut)
  await signInAs((await foundTenant(stage, { plan: null, card: null })).owner)
  expect(await call()).toEqual(signedOut)
})

describe('an operator with a second step', () => {
  async function sitDown() {
    const { id, email } = await anOperator('support')
    const { secret } = await withSecondFactor({ kind: 'operator', id, email })
    const signIn = () => signInOperatorAction({ email, password: PASSWORD })
    return { secret, signIn, holder: { kind: 'operator', id, email } as const }
  }

  it('sits at the desk after the code, and not before; what waited for it is used up', async () => {
    const { secret, signIn } = await sitDown()
    expect(await passOperatorSecondStepAction({ code: codeOf(secret) })).toEqual({ ok: false, error: { code: 'too_late' } })
    expect(await signIn()).toEqual({ ok: true, value: { needsCode: true } })
    expect(jar.has(operatorCookieName())).toBe(false)
    expect(await passOperatorSecondStepAction({ code: '000000' })).toEqual({ ok: false, error: { code: 'wrong_code' } })
    const [waiting] = [...jar]
    expect(await passOperatorSecondStepAction({ code: codeOf(secret) })).toMatchObject({ ok: true })
    expect(jar.has(operatorCookieName())).toBe(true)
    jar.clear()
    if (waiting) jar.set(...waiting)
    expect(await passOperatorSecondStepAction({ code: codeOf(secret, 1) })).toEqual({ ok: false, error: { code: 'too_late' } })
  })

  it('gets another session by signing in again, and the one before ends', async () => {
    const { email } = await anOperator('support')
    await signInOperatorAction({ email, password: PASSWORD })
    const first = jar.get(operatorCookieName()) ?? ''
    await signInOperatorAction({ email, password: PASSWORD })
    expect(jar.get(operatorCookieName())).not.toBe(first)
    jar.set(operatorCookieName(), first)
    expect(await offerOperatorSecondFactorAction({})).toEqual({ ok: false, error: { code: 'signed_out' } })
  })

  it('turns it off with password and code together, and stays signed in', async () => {
    const { secret, signIn, holder } = await sitDown()
    await signIn()
    await passOperatorSecondStepAction({ code: codeOf(secret) })
    expect(await turnOffOperatorSecondFactorAction({ code: codeOf(secret, 1), password: 'wrong' })).toMatchObject({ error: { code: 'invalid_credentials' } })
    expect(await findSecondFactor(holder)).not.toBeNull()
    expect(await turnOffOperatorSecondFactorAction({ code: codeOf(secret, 1), password: PASSWORD })).toMatchObject({ ok: true })
    expect(await findSecondFactor(holder)).toBeNull()
  })
})

describe('an installation that asks two steps of its operators', () => {
  it('keeps whoever has one from the desk and its actions, and lets them set up the second', async () => {
    vi.stubEnv('HEADROOM_OPERATORS_NEED_SECOND_STEP', '1')
    const { id, email } = await anOperator('admin')
    expect(await signInOperatorAction({ email, password: PASSWORD })).toMatchObject({ ok: true })
    expect(await getOperator()).toBeNull()
    await expect(requireOperator()).rejects.toMatchObject({ digest: expect.stringContaining('/operator/set-up') })
    expect(await inviteOperatorAction(crypto.randomUUID(), { email: 'another@example.com', role: 'admin' })).toEqual({
      ok: false,
      error: { code: 'signed_out' },
    })
    expect(await offerOperatorSecondFactorAction({})).toMatchObject({ ok: true })
    const { secret } = await withSecondFactor({ kind: 'operator', id, email })
    expect(await signInOperatorAction({ email, password: PASSWORD })).toEqual({ ok: true, value: { needsCode: true } })
    expect(await passOperatorSecondStepAction({ code: codeOf(secret) })).toMatchObject({ ok: true })
    expect(await requireOperator()).toMatchObject({ id })
    vi.unstubAllEnvs()
  })

  it('asks it of nobody where it is not set', async () => {
    const { id, email } = await anOperator('admin')
    await signInOperatorAction({ email, password: PASSWORD })
    expect(await requireOperator()).toMatchObject({ id })
  })
})
