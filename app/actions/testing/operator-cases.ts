import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import {
  apiKeys,
  creditGrants,
  customPlans,
  documents,
  limitRequests,
  operatorLinks,
  operatorNotices,
  operators,
  organizations,
  payments,
  refunds,
  secondFactors,
  subscriptions,
  testClocks,
  users,
} from '@/db/schema'
import { createApiKey } from '@/lib/auth/api-keys'
import { inviteOperator, type OperatorRole, openDeskBy } from '@/lib/auth/operators'
import { listMembersWithSecondFactor } from '@/lib/auth/take-off-second-factor'
import { foundTenant, type Tenant } from '@/lib/auth/testing/acting-people'
import { withSecondFactor } from '@/lib/auth/testing/second-step'
import { addTeamMember, PASSWORD } from '@/lib/auth/testing/team'
import { createTestClock } from '@/lib/billing/commands/create-test-clock'
import { issueProForma } from '@/lib/billing/commands/issue-pro-forma'
import { removeMember } from '@/lib/billing/commands/remove-member'
import { requestLimit } from '@/lib/billing/commands/request-limit'
import { recordNotice } from '@/lib/billing/commands/store/notices'
import { settleDisputed } from '@/lib/billing/flows/provider-events'
import type { Stage } from '@/lib/billing/testing/stage'
import { newId, type OperatorId } from '@/lib/ids'
import { instant } from '@/lib/time'

export type OperatorPrepared = {
  input: Record<string, string>
  /** Null: it is about no organization. */
  tenant: Tenant | null
  /** How often it has happened. */
  effects(): Promise<number>
}

export type OperatorCase = {
  prepare(): Promise<OperatorPrepared>
  /** Why more than one may be done by four presses. */
  mayRepeat?: string
  /** It moves money, so its reason stands in the customer's activity with who did it. */
  inActivity: boolean
}

let number = 0
export async function anOperator(role: OperatorRole): Promise<{ id: OperatorId; email: string }> {
  const invited = await inviteOperator({ email: `op-${++number}@company.example`, role, invitedBy: 'a test' })
  if (!invited.ok) throw new Error(invited.error.code)
  const opened = await openDeskBy({ token: invited.value.token, password: PASSWORD })
  if (!opened.ok) throw new Error(opened.error.code)
  return opened.value
}

const REASON = 'Agreed on the phone'

/** A customer whose renewal failed, so that an invoice is open. */
async function owing(stage: Stage) {
  const tenant = await foundTenant(stage)
  await tenant.life.payWith('pm_card_chargeCustomerFail')
  await tenant.life.walkDays(30)
  const { id: documentId } = await tenant.life.latestDocument()
  const { organizationId } = tenant.life
  const isNow = (status: 'void' | 'uncollectible' | 'paid') => () =>
    inEngine((tx) => tx.$count(documents, and(eq(documents.organizationId, organizationId), eq(documents.id, documentId), eq(documents.status, status))))
  return { tenant, ids: { organizationId, documentId }, isNow }
}

/** Each action of the desk, ready to be tried in every way. */
export const operatorCases = (stage: Stage): Record<string, OperatorCase> => ({
  inviteOperatorAction: {
    inActivity: false,
    mayRepeat: 'each press makes a link that closes the one before; the operator is one',
    prepare: async () => {
      const email = `invited-${++number}@company.example`
      return { tenant: null, input: { email, role: 'support' }, effects: () => inEngine((tx) => tx.$count(operators, eq(operators.email, email))) }
    },
  },
  linkOperatorAction: {
    inActivity: false,
    mayRepeat: 'each press makes a link that closes the one before',
    prepare: async () => {
      const { id, email } = await anOperator('support')
      const open = () => inEngine((tx) => tx.$count(operatorLinks, and(eq(operatorLinks.operatorId, id), isNull(operatorLinks.usedAt))))
      return { tenant: null, input: { email }, effects: open }
    },
  },
  changeOperatorRoleAction: {
    inActivity: false,
    mayRepeat: 'a role that is given again is the same role',
    prepare: async () => {
      const { id } = await anOperator('support')
      const effects = () => inEngine((tx) => tx.$count(operators, and(eq(operators.id, id), eq(operators.role, 'admin'))))
      return { tenant: null, input: { operatorId: id, role: 'admin' }, effects }
    },
  },
  removeOperatorAction: {
    inActivity: false,
    prepare: async () => {
      const { id } = await anOperator('support')
      const effects = () => inEngine((tx) => tx.$count(operators, and(eq(operators.id, id), isNotNull(operators.removedAt))))
      return { tenant: null, input: { operatorId: id }, effects }
    },
  },
  erasePersonAction: {
    inActivity: false,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      const { id: memberId, userId, email } = await addTeamMember(organizationId, 'member')
      await inEngine((tx) => removeMember({ tx, actor: 'operator' }, { organizationId, memberId }))
      const effects = () => inEngine((tx) => tx.$count(users, and(eq(users.id, userId), isNull(users.name))))
      return { tenant: null, input: { email }, effects } // About a person, whichever organizations they were in.
    },
  },
  takeOffSecondFactorAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      await withSecondFactor({ kind: 'person', id: tenant.owner, email: tenant.email })
      const [owner] = await inEngine((tx) => listMembersWithSecondFactor(tx, organizationId))
      const taken = and(eq(secondFactors.userId, tenant.owner), isNull(secondFactors.sealedSecret))
      const effects = () => inEngine((tx) => tx.$count(secondFactors, taken))
      return { tenant, input: { organizationId, memberId: owner?.id ?? '', reason: REASON }, effects }
    },
  },
  adjustCreditAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      const effects = () =>
        inEngine((tx) => tx.$count(creditGrants, and(eq(creditGrants.organizationId, organizationId), eq(creditGrants.source, 'adjustment'))))
      return { tenant, input: { organizationId, direction: 'give', amount: '5.00', reason: REASON }, effects }
    },
  },
  setTrustTierAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      const effects = () => inEngine((tx) => tx.$count(organizations, and(eq(organizations.id, organizationId), eq(organizations.trustTier, 3))))
      return { tenant, input: { organizationId, trustTier: '3', reason: REASON }, effects }
    },
  },
  refundInvoiceAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      const { id: documentId } = await tenant.life.latestDocument()
      const effects = () => inEngine((tx) => tx.$count(refunds, eq(refunds.organizationId, organizationId)))
      return { tenant, input: { organizationId, documentId, amount: '1.00', by: 'exception', reason: REASON }, effects }
    },
  },
  voidInvoiceAction: {
    inActivity: true,
    prepare: async () => {
      const { tenant, ids, isNow } = await owing(stage)
      return { tenant, input: { ...ids, reason: REASON }, effects: isNow('void') }
    },
  },
  giveUpInvoiceAction: {
    inActivity: true,
    prepare: async () => {
      const { tenant, ids, isNow } = await owing(stage)
      return { tenant, input: { ...ids, reason: REASON }, effects: isNow('uncollectible') }
    },
  },
  markPaidAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage, { product: 'team-seats', plan: null, card: null })
      const { organizationId } = tenant.life
      const issued = await inEngine((tx) => issueProForma({ tx, actor: 'operator' }, { organizationId, product: 'team-seats', plan: 'basic', seats: 3 }))
      if (!issued.ok) throw new Error(issued.error.code)
      const { documentId } = issued.value
      const effects = () => inEngine((tx) => tx.$count(payments, and(eq(payments.organizationId, organizationId), eq(payments.state, 'collected'))))
      return { tenant, input: { organizationId, documentId, reference: 'Transfer of 3 June' }, effects }
    },
  },
  decideLimitRequestAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage, { product: 'screenshots', plan: 'growth' })
      const { organizationId, subscriptionId } = tenant.life
      const asked = await inEngine((tx) =>
        requestLimit({ tx, actor: 'operator' }, { organizationId, subscriptionId, hardLimit: 250_000n, useCase: 'A launch' }),
      )
      if (!asked.ok) throw new Error(asked.error.code)
      const effects = () =>
        inEngine((tx) => tx.$count(limitRequests, and(eq(limitRequests.organizationId, organizationId), eq(limitRequests.status, 'approved'))))
      return { tenant, input: { organizationId, limitRequestId: asked.value.id, decision: 'approved', reason: REASON }, effects }
    },
  },
  resumePurchasesAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      await loseDispute(stage, tenant)
      const effects = () => inEngine((tx) => tx.$count(payments, and(eq(payments.organizationId, organizationId), isNotNull(payments.stopLiftedAt))))
      return { tenant, input: { organizationId, reason: REASON }, effects }
    },
  },
  resolveNoticeAction: {
    inActivity: false,
    prepare: async () => {
      const fact = `test:${newId('note')}`
      await inEngine((tx) => recordNotice(tx, { organizationId: null, kind: 'product_file_ignored', fact, target: 'screenshots' }))
      const [notice] = await inEngine((tx) => tx.select({ id: operatorNotices.id }).from(operatorNotices).where(eq(operatorNotices.fact, fact)))
      const effects = () => inEngine((tx) => tx.$count(operatorNotices, and(eq(operatorNotices.fact, fact), isNotNull(operatorNotices.resolvedAt))))
      return { tenant: null, input: { noticeId: notice?.id ?? '', reason: 'Meant so' }, effects }
    },
  },
  tryRenewalAgainAction: {
    inActivity: false,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId, subscriptionId } = tenant.life
      const ours = and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, subscriptionId))
      await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'a plan is missing' }).where(ours))
      const effects = () => inEngine((tx) => tx.$count(subscriptions, and(ours, isNull(subscriptions.renewalError))))
      return { tenant, input: { organizationId, subscriptionId }, effects }
    },
  },
  createOperatorKeyAction: {
    inActivity: false,
    prepare: async () => {
      const label = `a key ${newId('key')}`
      return { tenant: null, input: { label, scope: 'read' }, effects: () => inEngine((tx) => tx.$count(apiKeys, eq(apiKeys.label, label))) }
    },
  },
  revokeOperatorKeyAction: {
    inActivity: false,
    prepare: async () => {
      const { id } = await createApiKey({ scope: 'read', label: 'to be revoked' })
      return { tenant: null, input: { keyId: id }, effects: () => inEngine((tx) => tx.$count(apiKeys, and(eq(apiKeys.id, id), isNotNull(apiKeys.revokedAt)))) }
    },
  },
  runBooksAction: {
    inActivity: false,
    mayRepeat: 'adding up again changes nothing but the record of it',
    prepare: async () => ({ tenant: null, input: {}, effects: async () => 1 }),
  },
  createClockAction: {
    inActivity: false,
    prepare: async () => {
      const before = await inEngine((tx) => tx.$count(testClocks))
      return { tenant: null, input: { now: '2026-01-01T00:00' }, effects: async () => (await inEngine((tx) => tx.$count(testClocks))) - before }
    },
  },
  advanceClockAction: {
    inActivity: false,
    mayRepeat: 'a clock that is where it was to go stays there',
    prepare: async () => {
      const { id } = await inEngine((tx) => createTestClock({ tx }, { now: instant('2026-01-01T00:00:00Z') }))
      const there = and(eq(testClocks.id, id), eq(testClocks.now, instant('2026-01-02T00:00:00Z')))
      return { tenant: null, input: { clockId: id, to: '2026-01-02T00:00' }, effects: () => inEngine((tx) => tx.$count(testClocks, there)) }
    },
  },
  createCustomPlanAction: {
    inActivity: true,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      const effects = () => inEngine((tx) => tx.$count(customPlans, eq(customPlans.organizationId, organizationId)))
      const input = { organizationId, product: 'api-calls', basedOn: 'pro', name: 'Pro for us', month: '25.00', included_calls: '600000', reason: REASON }
      return { tenant, input, effects }
    },
  },
})

/** As the bank's decision leaves it (G80). */
async function loseDispute(stage: Stage, { life }: Tenant): Promise<void> {
  const [payment] = await life.payments()
  const payment_intent = payment?.providerRef ?? ''
  await stage.payments.fault({ fault: 'dispute', payment_intent, outcome: 'lost' })
  const [dispute] = (await stage.payments.stripe.disputes.list({ payment_intent })).data
  await settleDisputed(stage.provider, dispute?.id ?? '', { isLast: true })
}
