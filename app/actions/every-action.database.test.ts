import { and, eq, gte } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, members, messages, methodSetups, organizations, paymentMethods, refunds, subscriptions, usageSegments, users } from '@/db/schema'
import { openInvitationToken } from '@/lib/auth/invitation-token'
import { requestPasswordReset } from '@/lib/auth/password-reset'
import { can, PERMISSIONS, type Permission, ROLES } from '@/lib/auth/permissions'
import { fingerprint, foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { lastInvitationTokenFor, PASSWORD } from '@/lib/auth/testing/team'
import { addMember } from '@/lib/billing/commands/add-member'
import { sample } from '@/lib/billing/testing/depth'
import { setStage } from '@/lib/billing/testing/stage'
import { newId } from '@/lib/ids'
import { failingWrites } from '@/lib/observe/testing/failing-writes'
import { hearOutput } from '@/lib/observe/testing/heard-output'
import type { PaymentProvider } from '@/lib/payments/port'
import { SECRET_KEY, WEBHOOK_SECRET } from '@/lib/payments/testing/simulated-payments'
import { type Case, charges, onSubscription, type Prepared } from './testing/action-case'
import { developersCases } from './testing/developers-cases'
import { exportedActions } from './testing/exported-actions'
import { notificationCases } from './testing/notification-cases'
import { passkeyCases } from './testing/passkey-cases'
import { secondStepCases } from './testing/second-step-cases'
import { sessionCases } from './testing/session-cases'
import { spendingCases } from './testing/spending-cases'
import { teamCases } from './testing/team-cases'
import { waysInCases } from './testing/ways-in-cases'

/**
 * Every action against a real database, by those who may and those who may not, with what is not valid, and twice at once. The cases
 * are made from what the files export: an action without an entry in `CASES` fails.
 */
const held = vi.hoisted(() => ({ provider: null as PaymentProvider | null, host: 0 }))
vi.mock('@/lib/payments/provider', () => ({ paymentProvider: () => held.provider }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    // Each comes from somewhere else, so that nobody is held off by another case's tries.
    headers: async () => new Headers({ 'x-forwarded-for': `198.51.100.${++held.host}` }),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_ENCRYPTION_KEYS ??= `tests:${Buffer.alloc(32, 7).toString('base64')}`
const stage = setStage()
const heard = hearOutput()
const failing = failingWrites(() => stage.database.ownerUrl)
beforeAll(() => {
  held.provider = stage.provider
})
afterEach(() => jar.clear())

const sessionVersionOf = async ({ owner }: Tenant) => (await inEngine((tx) => tx.select().from(users).where(eq(users.id, owner))))[0]?.sessionVersion ?? 1

const CASES: Record<string, Case> = {
  quoteChangeAction: {
    mayRepeat: 'a quote changes nothing',
    afterFour: 0,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId, plan: 'pro' }, effects: async () => (await charges(tenant)) - 1 }
    },
  },
  changePlanAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id } = await tenant.life.quote('pro')
      return {
        tenant,
        input: { subscriptionId: tenant.life.subscriptionId, quoteId: id, press: crypto.randomUUID() },
        effects: async () => (await charges(tenant)) - 1,
      }
    },
  },
  quoteSubscriptionAction: {
    mayRepeat: 'a quote changes nothing',
    afterFour: 0,
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null })
      return { tenant, input: { product: 'api-calls', plan: 'basic' }, effects: () => charges(tenant) }
    },
  },
  subscribeAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null })
      return { tenant, input: { product: 'api-calls', plan: 'basic', expectedAmountDue: 1_000n, press: crypto.randomUUID() }, effects: () => charges(tenant) }
    },
  },
  cancelSubscriptionAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const effects = () =>
        inEngine((tx) => tx.$count(messages, and(eq(messages.organizationId, tenant.life.organizationId), eq(messages.kind, 'cancellation_scheduled'))))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId }, effects }
    },
  },
  reactivateSubscriptionAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      await tenant.life.cancel()
      const effects = () =>
        inEngine((tx) => tx.$count(messages, and(eq(messages.organizationId, tenant.life.organizationId), eq(messages.kind, 'reactivated'))))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId }, effects }
    },
  },
  dropPendingChangeAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      // As a downgrade at the end of a period leaves it (another product's policy).
      await inEngine((tx) =>
        tx
          .update(subscriptions)
          .set({ pendingPlan: 'free', pendingInterval: 'month', pendingEffectiveAt: subscriptions.periodEnd as never })
          .where(onSubscription(tenant)),
      )
      const effects = () =>
        inEngine((tx) => tx.select({ plan: subscriptions.pendingPlan }).from(subscriptions).where(onSubscription(tenant))).then(([row]) => (row?.plan ? 0 : 1))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId }, effects }
    },
  },
  ...developersCases(stage),
  ...spendingCases(stage),
  ...waysInCases(stage),
  ...secondStepCases(stage),
  ...passkeyCases(stage),
  ...sessionCases(stage),
  ...notificationCases(stage),
  beginCardSetupAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const effects = () => inEngine((tx) => tx.$count(methodSetups, eq(methodSetups.organizationId, tenant.life.organizationId)))
      return { tenant, input: { requestId: crypto.randomUUID(), expectedAmountDue: 0n }, effects }
    },
  },
  payInvoiceAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      await tenant.life.payWith('pm_card_chargeCustomerFail')
      await tenant.life.walkDays(30)
      const { id, amountDue } = await tenant.life.latestDocument()
      await replaceCard(tenant, 'pm_card_visa')
      const before = await charges(tenant)
      return { tenant, input: { documentId: id, expectedAmountDue: amountDue }, effects: async () => (await charges(tenant)) - before }
    },
  },
  refundInvoiceAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id } = await tenant.life.latestDocument()
      const effects = () => inEngine((tx) => tx.$count(refunds, eq(refunds.organizationId, tenant.life.organizationId)))
      return { tenant, input: { documentId: id }, effects }
    },
  },
  ...teamCases(stage),
  updateBillingDetailsAction: {
    mayRepeat: 'what is saved again is the same',
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const input = { name: 'Acme, Inc.', address: '1 Main Street', country: 'US', taxId: 'US 1', emails: ['bills@example.com'], language: 'de' }
      const ofOurs = and(eq(auditLog.organizationId, tenant.life.organizationId), eq(auditLog.action, 'organization.updated'))
      return { tenant, input, effects: () => inEngine((tx) => tx.$count(auditLog, ofOurs)) }
    },
  },
  closeOrganizationAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: 'free' })
      const effects = () =>
        inEngine((tx) =>
          tx.$count(organizations, and(eq(organizations.id, tenant.life.organizationId), gte(organizations.deletedAt, organizations.registeredAt))),
        )
      return { tenant, input: { name: tenant.name }, effects }
    },
  },
  advanceClockAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const before = await charges(tenant)
      return { tenant, input: { to: (await tenant.life.now()).add({ hours: 24 * 31 }).toString() }, effects: async () => (await charges(tenant)) - before }
    },
  },
  putTestCardAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const declining = and(eq(paymentMethods.organizationId, tenant.life.organizationId), eq(paymentMethods.last4, '0341'))
      const effects = () => inEngine((tx) => tx.$count(paymentMethods, declining))
      return { tenant, input: { requestId: crypto.randomUUID(), card: 'declined' }, effects }
    },
  },
  makeUsageAction: {
    mayRepeat: 'each press reports calls of its own, as each request of a real product does',
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const effects = () => inEngine((tx) => tx.$count(usageSegments, eq(usageSegments.organizationId, tenant.life.organizationId)))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId, upTo: { units: 5 } }, effects }
    },
  },
  changePasswordAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const before = await sessionVersionOf(tenant)
      const effects = async () => (await sessionVersionOf(tenant)) - before
      return { tenant, input: { currentPassword: PASSWORD, newPassword: 'another long sentence' }, effects }
    },
  },
  chooseLanguageAction: {
    mayRepeat: 'a language that is chosen again is the same',
    prepare: async () => ({ tenant: await foundTenant(stage, { plan: null, card: null }), input: { locale: 'de' }, effects: async () => 1 }),
  },
  signInAction: {
    mayRepeat: 'a session changes nothing that is kept, but for the language of whoever had none',
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      return { tenant, input: { email: tenant.email, password: PASSWORD }, effects: async () => 1 }
    },
  },
  requestPasswordResetAction: {
    mayRepeat: 'two links were asked for; using one closes the other, and a limit holds them few',
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      return { tenant, input: { email: tenant.email }, effects: async () => 1 }
    },
  },
  resetPasswordAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      await requestPasswordReset({ email: tenant.email, address: `203.0.113.${++held.host}` })
      const effects = async () => (await sessionVersionOf(tenant)) - 1
      return { tenant, input: { token: await lastInvitationTokenFor(tenant.email), newPassword: 'another long sentence' }, effects }
    },
  },
  acceptInvitationAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const email = `${newId('user')}@example.com`
      await inEngine((tx) => addMember({ tx, actor: 'operator' }, { organizationId: tenant.life.organizationId, email, name: null, role: 'member' }))
      const effects = () =>
        inEngine((tx) =>
          tx.$count(members, and(eq(members.organizationId, tenant.life.organizationId), eq(members.role, 'member'), gte(members.joinedAt, members.addedAt))),
        )
      return { tenant, input: { token: await lastInvitationTokenFor(email), account: { name: 'Invited', password: 'another long sentence' } }, effects }
    },
  },
}

/** Without any input of their own; their redirect is tested where sessions are. */
const WITHOUT_INPUT = ['signOutAction', 'signOutEverywhereAction']

type Answer = { ok: boolean; error?: { code: string; fields?: { path: string }[] } }
const actions = (await exportedActions()).filter(({ name }) => !WITHOUT_INPUT.includes(name))
const isOfOrganization = (access: unknown): access is Permission => typeof access === 'string' && access in PERMISSIONS

it('every action has its case, and every case its action', () => {
  expect(Object.keys(CASES).sort()).toEqual(actions.map(({ name }) => name).sort())
})

/** Who may not do what is tried of each; what else is tried, of half of them in the usual run. */
const TRIED = new Set(sample(actions, Math.ceil(actions.length / 2)).map(({ name }) => name))
/** Tried each time: the log is searched for the secret that it answers. */
TRIED.add('createEndpointAction')

describe.each(actions)('$name', ({ name, action, access }) => {
  const present = CASES[name]
  if (!present || access === null) return
  const ofOrganization = isOfOrganization(access)
  const call = async (tenant: Tenant, input: unknown, slug = tenant.slug): Promise<Answer> => {
    heard.keepSecretsIn(name, { input, cookies: { secret: [...jar.values()] } })
    const answer = await (ofOrganization
      ? (action as (slug: string, input: unknown) => Promise<Answer>)(slug, input)
      : (action as (input: unknown) => Promise<Answer>)(input))
    heard.keepSecretsIn(name, { answer, cookies: { secret: [...jar.values()] } })
    return answer
  }

  let shared: Prepared
  beforeAll(async () => {
    shared = await present.prepare()
  })

  /** Whatever is tried, it is refused with a code, and nothing is kept of it. */
  async function refused(attempt: () => Promise<Answer>): Promise<Answer> {
    const before = await fingerprint(stage.database.ownerUrl)
    const answer = await attempt()
    expect(answer).toMatchObject({ ok: false, error: { code: expect.any(String) } })
    expect(await fingerprint(stage.database.ownerUrl)).toEqual(before)
    return answer
  }

  if (access !== 'anyone') {
    it('does nothing for nobody', async () => {
      await signInAs(null)
      expect(await refused(() => call(shared.tenant, shared.input))).toEqual({ ok: false, error: { code: 'signed_out' } })
    })
  }

  if (ofOrganization) {
    it('does nothing for the owner of another organization, who is told that there is none', async () => {
      const other = await foundTenant(stage, { plan: null, card: null })
      await signInAs(other.owner)
      expect(await refused(() => call(shared.tenant, shared.input))).toEqual({ ok: false, error: { code: 'not_found' } })
      if (Object.values(shared.input).some(isOurId)) await refused(() => call(other, shared.input, other.slug))
    })

    it.each(ROLES.filter((role) => !can(role, access)))(`does nothing for a %s, who lacks ${access}`, async (role) => {
      await signInAs(await shared.tenant.personOf(role))
      expect(await refused(() => call(shared.tenant, shared.input))).toEqual({ ok: false, error: { code: 'forbidden', permission: access } })
    })
  }

  it('finds nothing by an id that nobody has', async () => {
    const fields = Object.entries(shared.input).filter(([, value]) => isOurId(value))
    await signInAs(shared.tenant.owner)
    for (const [field, value] of fields) {
      const unknown = newId(String(value).split('_')[0] ?? '')
      await refused(() => call(shared.tenant, { ...shared.input, [field]: unknown }))
    }
  })

  it('fails without a word of what it was sent, where nothing can be written', async () => {
    await signInAs(access === 'anyone' ? null : shared.tenant.owner)
    await shared.arrive?.()
    await failing.during(() => call(shared.tenant, shared.input).catch(() => {}))
  })

  if (!TRIED.has(name)) return

  it('names the field that is missing, of another type or too long, and knows no other', async () => {
    await signInAs(shared.tenant.owner)
    const before = await fingerprint(stage.database.ownerUrl)
    for (const input of [null, undefined, 7, 'text', [], true]) {
      expect(await call(shared.tenant, input), String(input)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    }
    expect(await call(shared.tenant, { ...shared.input, nobody_asked: 1 })).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    for (const [field, given] of Object.entries(shared.input)) {
      for (const value of [{}, [[]], typeof given === 'boolean' ? 'true' : true, Number.NaN, -1.5, 'x'.repeat(100_000), 'half \ud800', 'nul \u0000']) {
        const answer = await call(shared.tenant, { ...shared.input, [field]: value })
        expect(answer, `${field} as ${String(value).slice(0, 20)}`).toMatchObject({ ok: false, error: { code: expect.stringMatching(EXPECTED) } })
        if (answer.error?.code === 'invalid_input') expect(answer.error.fields?.map(({ path }) => path.split('.')[0])).toContain(field)
      }
    }
    expect(await fingerprint(stage.database.ownerUrl)).toEqual(before)
  })

  it('takes hostile text as text', async () => {
    for (const text of ["'; DROP TABLE users; --", '<script>alert(1)</script>', '../../../etc/passwd', '%s%n{{7*7}}', '\u202e\u0007', '=HYPERLINK("x")']) {
      for (const [field] of Object.entries(shared.input).filter(([, value]) => typeof value === 'string')) {
        await signInAs(access === 'anyone' ? null : shared.tenant.owner)
        const answer = await call(shared.tenant, { ...shared.input, [field]: text })
        expect(typeof answer.ok).toBe('boolean')
      }
    }
    expect(await inEngine((tx) => tx.$count(users))).toBeGreaterThan(0)
  })

  it(present.mayRepeat ? `may happen twice: ${present.mayRepeat}` : 'happens once, however many press at once', async () => {
    const { tenant, input, effects, arrive } = await present.prepare()
    await signInAs(access === 'anyone' ? null : tenant.owner)
    await arrive?.()
    const answers = await Promise.all(Array.from({ length: 4 }, () => call(tenant, input)))
    expect(
      answers.some(({ ok }) => ok),
      JSON.stringify(answers, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).toBe(true)
    expect(await effects()).toBe(present.afterFour ?? 1)
    await tenant.life.expectBalanced()
  })
})

it('says no secret that was sent, answered or mailed', async () => {
  for (const [what, secret] of Object.entries({ PASSWORD, SECRET_KEY, WEBHOOK_SECRET })) heard.keepSecret(what, secret)
  for (const { payload } of await inEngine((tx) => tx.select({ payload: messages.payload }).from(messages)))
    if (typeof payload.sealedToken === 'string') heard.keepSecret('a token that was mailed', openInvitationToken(payload.sealedToken))
  for (const kind of ['password', 'newPassword', 'code', 'token', 'sealed', 'cookies › secret', 'target › url', 'answer › value › secret', 'mailed'])
    expect(
      [...heard.kept].some((what) => what.includes(kind)),
      kind,
    ).toBe(true)
  expect(heard.times('an action failed'), 'faults that were logged').toBeGreaterThan(20)
  heard.expectNoSecret()
})

/** What a value of the right form but without meaning may be refused as. */
const EXPECTED = /^(invalid_input|invalid_credentials|name_differs|plan_not_eligible|below_minimum|bad_target)$/

function isOurId(value: unknown): boolean {
  return typeof value === 'string' && /^(sub|inv|mem|quote|key|whk|del|chan|msg|passkey)_/.test(value)
}

/** As if the bank had changed its mind: saving another card here would collect the invoice by itself. */
async function replaceCard({ life }: Tenant, card: string): Promise<void> {
  const customer = await life.payerRef()
  const { id: methodRef } = await stage.payments.stripe.paymentMethods.attach(card, { customer: customer ?? '' })
  await inEngine((tx) => tx.update(paymentMethods).set({ methodRef }).where(eq(paymentMethods.organizationId, life.organizationId)))
}
