import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, operatorSessions, organizations } from '@/db/schema'
import { operatorCookieName } from '@/lib/auth/present-operator'
import { fingerprint, foundTenant, jar, signInAs } from '@/lib/auth/testing/acting-people'
import { sitDown } from '@/lib/auth/testing/sit-down'
import { setStage } from '@/lib/billing/testing/stage'
import { newId, type OperatorId } from '@/lib/ids'
import type { PaymentProvider } from '@/lib/payments/port'
import { systemClock } from '@/lib/time'
import { exportedActions } from '../testing/exported-actions'
import { anOperator, type OperatorPrepared, operatorCases } from '../testing/operator-cases'
import type { DeskAction } from './define-operator-action'

/**
 * Every action of the desk against a real database: by nobody, by a customer, by support, with what is not valid, and four
 * presses at once. The cases are made from what the files export: an action without an entry fails.
 */
const held = vi.hoisted(() => ({ provider: null as PaymentProvider | null }))
vi.mock('@/lib/payments/provider', () => ({ paymentProvider: () => held.provider }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers(),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_ENCRYPTION_KEYS ??= `tests:${Buffer.alloc(32, 7).toString('base64')}`
const stage = setStage()
const CASES = operatorCases(stage)

/** Of the entrance, of visits and of an operator’s own account: tested where they are. */
const WITHOUT_FORM = [
  'signInOperatorAction',
  'passOperatorSecondStepAction',
  'openDeskAction',
  'leaveDeskAction',
  'beginVisitAction',
  'leaveVisitAction',
  'offerOperatorSecondFactorAction',
  'turnOnOperatorSecondFactorAction',
  'renewOperatorRecoveryCodesAction',
  'turnOffOperatorSecondFactorAction',
  'askForOperatorPasskeySignInAction',
  'signInOperatorWithPasskeyAction',
  'askForOperatorPasskeyStepAction',
  'passOperatorPasskeyStepAction',
  'askOperatorForProofAction',
  'askOperatorForPasskeyAction',
  'addOperatorPasskeyAction',
  'renameOperatorPasskeyAction',
  'removeOperatorPasskeyAction',
  'endOperatorSessionAction',
  'endOtherOperatorSessionsAction',
]

const actions = (await exportedActions('operators')).filter(({ name }) => !WITHOUT_FORM.includes(name))

let admin: { id: OperatorId; session: string }
let support: { id: OperatorId; session: string }
beforeAll(async () => {
  held.provider = stage.provider
  const [one, two] = [await anOperator('admin'), await anOperator('support')]
  admin = { id: one.id, session: await sitDown(one.id) }
  support = { id: two.id, session: await sitDown(two.id) }
})
beforeEach(() => jar.clear())
afterEach(() => jar.clear())

/** What neither moves money nor decides anything. */
const OPEN_TO_SUPPORT = new Set(['runBooksAction'])

const OPTIONAL = new Set(['refundInvoiceAction amount', 'createCustomPlanAction month'])

const sitAs = ({ session }: { session: string }) => void jar.set(operatorCookieName(), session)

it('every action has its case, and every case its action', () => {
  expect(Object.keys(CASES).sort()).toEqual(actions.map(({ name }) => name).sort())
})

describe.each(actions)('$name', ({ name, action, access }) => {
  const present = CASES[name]
  if (!present) return
  const call = (input: unknown, requestId: string = randomUUID()) => (action as DeskAction)(requestId, input as Record<string, unknown>)

  let shared: OperatorPrepared
  beforeAll(async () => {
    shared = await present.prepare()
  })

  /** Whatever is tried, it is refused with a code, and nothing is kept of it. */
  async function refused(attempt: () => ReturnType<typeof call>): Promise<string> {
    const before = await fingerprint(stage.database.ownerUrl)
    const answer = await attempt()
    expect(answer).toMatchObject({ ok: false, error: { code: expect.any(String) } })
    expect(await fingerprint(stage.database.ownerUrl)).toEqual(before)
    return answer.ok ? '' : answer.error.code
  }

  it('does nothing for nobody', async () => {
    expect(await refused(() => call(shared.input))).toBe('signed_out')
  })

  it('does nothing for a customer, whatever they own', async () => {
    const customer = shared.tenant ?? (await foundTenant(stage, { plan: null, card: null }))
    await signInAs(customer.owner)
    expect(await refused(() => call(shared.input))).toBe('signed_out')
  })

  if (OPEN_TO_SUPPORT.has(name)) {
    it('is open to support', async () => {
      expect(access).toBe('operator')
      sitAs(support)
      expect(await call(shared.input)).toMatchObject({ ok: true })
    })
  } else {
    it('does nothing for support', async () => {
      expect(access).toBe('operator_admin')
      sitAs(support)
      expect(await refused(() => call(shared.input))).toBe('admin_only')
    })
  }

  it('does nothing for an admin whose session has been idle for too long', async () => {
    const session = await sitDown(admin.id)
    await inEngine((tx) =>
      tx
        .update(operatorSessions)
        .set({ lastSeenAt: systemClock.now().subtract({ minutes: 31 }) })
        .where(eq(operatorSessions.operatorId, admin.id)),
    )
    jar.set(operatorCookieName(), session)
    expect(await refused(() => call(shared.input))).toBe('signed_out')
    admin.session = await sitDown(admin.id)
  })

  it('names what is missing, of another type or too long, and does nothing', async () => {
    sitAs(admin)
    for (const input of [null, undefined, 7, 'text', [], true]) expect(await call(input)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    expect(await call(shared.input, 'no uuid')).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    const before = await fingerprint(stage.database.ownerUrl)
    for (const field of Object.keys(shared.input)) {
      if (field.startsWith('included_')) continue
      const blank = OPTIONAL.has(`${name} ${field}`) ? [] : ['   '] // Left empty, these are not given.
      for (const value of [{}, [[]], true, 'x'.repeat(100_000), 'half \ud800', 'nul \u0000', ...blank]) {
        const answer = await call({ ...shared.input, [field]: value })
        expect(answer, `${field} as ${String(value).slice(0, 20)}`).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^invalid/) } })
      }
    }
    expect(await fingerprint(stage.database.ownerUrl)).toEqual(before)
  })

  it('finds nothing by an id that nobody has, nor under another organization', async () => {
    sitAs(admin)
    for (const [field, value] of Object.entries(shared.input).filter(([, text]) => /^(org|sub|inv|lim|note|op|clock|key)_/.test(text))) {
      const prefix = value.split('_')[0] ?? ''
      await refused(() => call({ ...shared.input, [field]: newId(prefix) }))
    }
    if (!shared.tenant || Object.keys(shared.input).every((field) => !/Id$/.test(field) || field === 'organizationId')) return
    const other = await foundTenant(stage, { plan: null, card: null })
    await refused(() => call({ ...shared.input, organizationId: other.life.organizationId }))
  })

  it('does nothing for an organization that was closed', async () => {
    if (!shared.tenant) return
    sitAs(admin)
    const ours = eq(organizations.id, shared.tenant.life.organizationId)
    await inEngine((tx) => tx.update(organizations).set({ deletedAt: systemClock.now() }).where(ours))
    expect(await refused(() => call(shared.input))).toBe('not_found')
    await inEngine((tx) => tx.update(organizations).set({ deletedAt: null }).where(ours))
  })

  it(present.mayRepeat ? `may be pressed often: ${present.mayRepeat}` : 'happens once, however many press at once, and once more says the same', async () => {
    const { input, tenant, effects } = await present.prepare()
    sitAs(admin)
    const requestId = randomUUID()
    const answers = await Promise.all(Array.from({ length: 4 }, () => call(input, requestId)))
    expect(
      answers.some(({ ok }) => ok),
      JSON.stringify(answers),
    ).toBe(true)
    expect(await effects()).toBe(1)
    if (tenant) {
      expect(await call(input, requestId)).toMatchObject({ ok: true })
      await tenant.life.expectBalanced()
    }
    expect(await effects()).toBe(1)
  })

  if (present.inActivity) {
    it('stands in the customer’s activity, with its reason and who of us it was', async () => {
      const { input, tenant } = await present.prepare()
      sitAs(admin)
      expect(await call(input)).toMatchObject({ ok: true })
      const ours = and(eq(auditLog.organizationId, tenant?.life.organizationId ?? newId('org')), eq(auditLog.operatorId, admin.id))
      const entries = await inEngine((tx) => tx.select().from(auditLog).where(ours))
      const why = input.reason ?? input.reference
      expect(entries.find(({ after }) => Object.values(after ?? {}).includes(why))).toMatchObject({ actor: 'operator', operatorId: admin.id })
    })
  }
})
