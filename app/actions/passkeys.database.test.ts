import { afterEach, describe, expect, it, vi } from 'vitest'
import { challengeCookieName } from '@/lib/auth/passkey-cookie'
import { listPasskeys } from '@/lib/auth/passkeys'
import { findSecondFactor, passSecondStep } from '@/lib/auth/second-factor'
import { secondStepCookieName } from '@/lib/auth/second-step-cookie'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { Authenticator } from '@/lib/auth/testing/authenticator'
import { withPasskey } from '@/lib/auth/testing/passkey'
import { codeOf } from '@/lib/auth/testing/second-step'
import { PASSWORD } from '@/lib/auth/testing/team'
import { setStage } from '@/lib/billing/testing/stage'
import { signInAction } from './account'
import {
  addPasskeyAction,
  askForPasskeyAction,
  askForPasskeySignInAction,
  askForPasskeyStepAction,
  askForProofAction,
  passPasskeyStepAction,
  removePasskeyAction,
  signInWithPasskeyAction,
} from './passkeys'
import { offerSecondFactorAction, passSecondStepAction, renewRecoveryCodesAction, turnOnSecondFactorAction } from './second-step'

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
const holderOf = ({ owner, email }: Tenant) => ({ kind: 'person', id: owner, email }) as const
const found = () => foundTenant(stage, { plan: null, card: null })

async function value<Value>(answer: Promise<{ ok: true; value: Value } | { ok: false; error: unknown }>): Promise<Value> {
  const answered = await answer
  if (!answered.ok) throw new Error(JSON.stringify(answered.error))
  return answered.value
}

async function withDevice() {
  const tenant = await found()
  return { tenant, ...(await withPasskey(holderOf(tenant))) }
}

describe('a passkey alone', () => {
  it('signs in, without a code', async () => {
    const { device } = await withDevice()
    const passkey = device.answer(await value(askForPasskeySignInAction({})))
    expect(await signInWithPasskeyAction({ passkey })).toMatchObject({ ok: true })
    expect([...jar.keys()]).toEqual([sessionCookieName()])
    expect(await offerSecondFactorAction({})).toMatchObject({ ok: true })
  })

  it('signs nobody in from a browser that was not asked, nor a second time, nor after the question was asked anew', async () => {
    const { device } = await withDevice()
    const passkey = device.answer(await value(askForPasskeySignInAction({})))
    const cookie = jar.get(challengeCookieName()) ?? ''
    jar.clear()
    expect(await signInWithPasskeyAction({ passkey })).toEqual(tooLate)
    jar.set(challengeCookieName(), cookie)
    expect(await signInWithPasskeyAction({ passkey })).toMatchObject({ ok: true })
    expect(await signInWithPasskeyAction({ passkey })).toEqual(tooLate)
    jar.clear()
    jar.set(challengeCookieName(), cookie) // Somebody has copied the browser's cookies, and the answer on its way.
    expect(await signInWithPasskeyAction({ passkey })).toEqual(refused)
    await askForPasskeySignInAction({})
    expect(await signInWithPasskeyAction({ passkey })).toEqual(refused)
    expect(jar.has(sessionCookieName())).toBe(false)
  })
})

describe('a passkey as the second step', () => {
  it('follows the password, which alone signs nobody in any more', async () => {
    const { tenant, device } = await withDevice()
    expect(await askForPasskeyStepAction({})).toEqual(tooLate)
    expect(await signInAction({ email: tenant.email, password: PASSWORD })).toEqual({ ok: true, value: { needsCode: true } })
    expect([...jar.keys()]).toEqual([secondStepCookieName()])
    const options = await value(askForPasskeyStepAction({}))
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual([device.id])
    expect(await passPasskeyStepAction({ passkey: device.answer(options) })).toMatchObject({ ok: true })
    expect([...jar.keys()]).toEqual([sessionCookieName()])
  })

  it('is nobody else’s passkey, and no answer to another question', async () => {
    const { tenant, device } = await withDevice()
    const { device: others } = await withDevice()
    await signInAction({ email: tenant.email, password: PASSWORD })
    expect(await passPasskeyStepAction({ passkey: others.answer(await value(askForPasskeyStepAction({}))) })).toEqual(refused)
    const alone = await value(askForPasskeySignInAction({}))
    expect(await passPasskeyStepAction({ passkey: device.answer(alone) })).toEqual(tooLate)
    const step = await value(askForPasskeyStepAction({}))
    expect(await signInWithPasskeyAction({ passkey: device.answer(step) })).toEqual(tooLate)
    expect(jar.has(sessionCookieName())).toBe(false)
  })

  it('may be a recovery code of those that the passkey came with', async () => {
    const { tenant, recoveryCodes } = await withDevice()
    await signInAction({ email: tenant.email, password: PASSWORD })
    expect(await passSecondStepAction({ code: recoveryCodes[0] ?? '' })).toMatchObject({ ok: true })
  })
})

describe('one’s own passkeys', () => {
  it('are added after the password, and then after both steps, of which a passkey is both', async () => {
    const tenant = await found()
    await signInAs(tenant.owner)
    const device = new Authenticator()
    expect(await askForPasskeyAction({ code: '', password: 'wrong' })).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
    const options = await value(askForPasskeyAction({ code: '', password: PASSWORD }))
    const elsewhere = jar.get(sessionCookieName()) ?? ''
    const added = await value(addPasskeyAction({ name: ' Laptop ', passkey: device.register(options) }))
    expect(added.recoveryCodes).toHaveLength(10)
    expect(await listPasskeys(holderOf(tenant))).toMatchObject([{ name: 'Laptop' }])

    expect(await askForPasskeyAction({ code: '', password: PASSWORD })).toEqual({ ok: false, error: { code: 'wrong_code' } })
    const passkey = device.answer(await value(askForProofAction({})))
    const next = await value(askForPasskeyAction({ code: '', password: '', passkey }))
    expect(next.excludeCredentials?.map(({ id }) => id)).toEqual([device.id])
    expect(await addPasskeyAction({ name: 'Phone', passkey: new Authenticator().register(next) })).toEqual({ ok: true, value: { recoveryCodes: [] } })
    jar.set(sessionCookieName(), elsewhere)
    expect(await askForProofAction({})).toEqual({ ok: false, error: { code: 'signed_out' } }) // Begun before there were two steps.
  })

  it('are not added by an answer that was not asked for, or asked of somebody else', async () => {
    const [tenant, other] = [await found(), await found()]
    await signInAs(other.owner)
    const options = await value(askForPasskeyAction({ code: '', password: PASSWORD }))
    const cookie = jar.get(challengeCookieName()) ?? ''
    const passkey = new Authenticator().register(options)
    await signInAs(tenant.owner)
    expect(await addPasskeyAction({ name: 'Mine', passkey })).toEqual(tooLate)
    jar.set(challengeCookieName(), cookie)
    expect(await addPasskeyAction({ name: 'Mine', passkey })).toEqual(tooLate)
    expect(await findSecondFactor(holderOf(tenant))).toBeNull()
  })

  it('cost a recovery code once the device has made one, and none where its question is cancelled', async () => {
    const { tenant, recoveryCodes } = await withDevice()
    await signInAs(tenant.owner)
    const [code = '', other = ''] = recoveryCodes
    const left = async () => (await findSecondFactor(holderOf(tenant)))?.recoveryCodes
    expect(await askForPasskeyAction({ code: 'AAAA-BBBB', password: PASSWORD })).toEqual({ ok: false, error: { code: 'wrong_code' } })
    await value(askForPasskeyAction({ code, password: PASSWORD }))
    expect(await left()).toBe(10)
    const options = await value(askForPasskeyAction({ code, password: PASSWORD }))
    expect(await addPasskeyAction({ name: 'Phone', passkey: new Authenticator().register(options) })).toMatchObject({ ok: true })
    expect(await left()).toBe(9)
    expect(await askForPasskeyAction({ code, password: PASSWORD })).toEqual({ ok: false, error: { code: 'wrong_code' } })

    const late = await value(askForPasskeyAction({ code: other, password: PASSWORD }))
    expect(await passSecondStep(holderOf(tenant), { code: other, address: '198.51.100.200' })).toMatchObject({ ok: true })
    expect(await addPasskeyAction({ name: 'Tablet', passkey: new Authenticator().register(late) })).toEqual(tooLate)
    expect(await listPasskeys(holderOf(tenant))).toHaveLength(2)
  })

  it('are removed by their owner alone, with both steps; another’s is not found and costs no recovery code', async () => {
    const [mine, theirs] = [await withDevice(), await withDevice()]
    const [kept] = await listPasskeys(holderOf(theirs.tenant))
    const passkeyId = kept?.id ?? ''
    await signInAs(mine.tenant.owner)
    const remove = (code: string) => removePasskeyAction({ passkeyId, code, password: PASSWORD })
    expect(await remove(mine.recoveryCodes[0] ?? '')).toEqual({ ok: false, error: { code: 'not_found' } })
    expect(await findSecondFactor(holderOf(mine.tenant))).toMatchObject({ recoveryCodes: 10 })
    await signInAs(theirs.tenant.owner)
    expect(await remove('000000')).toEqual({ ok: false, error: { code: 'wrong_code' } })
    expect(await remove(theirs.recoveryCodes[0] ?? '')).toMatchObject({ ok: true })
    expect(await findSecondFactor(holderOf(theirs.tenant))).toBeNull()
  })

  it('prove who sets an app up or makes recovery codes, where the password alone would not', async () => {
    const { tenant, device } = await withDevice()
    await signInAs(tenant.owner)
    const { sealed, secret } = await value(offerSecondFactorAction({}))
    const given = { sealed, code: codeOf(secret), password: PASSWORD }
    expect(await turnOnSecondFactorAction(given)).toEqual({ ok: false, error: { code: 'needs_passkey' } })
    const passkey = device.answer(await value(askForProofAction({})))
    expect(await turnOnSecondFactorAction({ ...given, passkey })).toEqual({ ok: true, value: { recoveryCodes: [] } })
    const again = device.answer(await value(askForProofAction({})))
    expect((await value(renewRecoveryCodesAction({ code: '', password: '', passkey: again }))).recoveryCodes).toHaveLength(10)
    expect(await renewRecoveryCodesAction({ code: '', password: '', passkey: again })).toEqual(tooLate)
  })
})
