import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { creditGrants, limitRequests, members, prepaidAccounts, subscriptions } from '@/db/schema'
import { foundTenant } from '@/lib/auth/testing/acting-people'
import { grantPersonalCredit } from '@/lib/billing/commands/personal-credit'
import type { Stage } from '@/lib/billing/testing/stage'
import { minor } from '@/lib/money'
import { type Case, charges, onSubscription } from './action-case'

/** What is allowed beside the price, and credit that is bought and given. */
export const spendingCases = (stage: Stage): Record<string, Case> => ({
  setHardLimitAction: {
    mayRepeat: 'a limit that is set again is the same limit',
    prepare: async () => {
      const tenant = await foundTenant(stage, { product: 'screenshots', plan: 'growth' })
      const effects = () => inEngine((tx) => tx.$count(subscriptions, and(onSubscription(tenant), eq(subscriptions.hardLimit, 15_000n))))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId, hardLimit: 15_000n }, effects }
    },
  },
  setSpendingAction: {
    mayRepeat: 'what is switched on again is on',
    prepare: async () => {
      const tenant = await foundTenant(stage, { product: 'scrape-credits', plan: 'scaling' })
      const effects = () => inEngine((tx) => tx.$count(subscriptions, and(onSubscription(tenant), eq(subscriptions.autoUpgrade, false))))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId, autoUpgrade: false }, effects }
    },
  },
  requestLimitAction: {
    mayRepeat: 'each is a request of its own, and one decision answers each',
    afterFour: 4,
    prepare: async () => {
      const tenant = await foundTenant(stage, { product: 'screenshots', plan: 'growth' })
      const effects = () => inEngine((tx) => tx.$count(limitRequests, eq(limitRequests.organizationId, tenant.life.organizationId)))
      return { tenant, input: { subscriptionId: tenant.life.subscriptionId, hardLimit: 250_000n, useCase: 'A launch in May' }, effects }
    },
  },
  buyCreditAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null })
      return { tenant, input: { amount: 20_00n, expectedAmountDue: 20_00n, lastPurchase: null, press: crypto.randomUUID() }, effects: () => charges(tenant) }
    },
  },
  setAutoRechargeAction: {
    mayRepeat: 'what is saved again is the same',
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null })
      const effects = () => inEngine((tx) => tx.$count(prepaidAccounts, eq(prepaidAccounts.organizationId, tenant.life.organizationId)))
      return {
        tenant, // Switched off, so that nothing is asked of its amounts; switching it on with these is refused.
        input: { enabled: false, threshold: 10_00n, amount: 1_00n, monthlyLimit: 100_00n },
        effects,
      }
    },
  },
  contributeCreditAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { organizationId } = tenant.life
      const [owner] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(eq(members.organizationId, organizationId)))
      if (!owner) throw new Error('there is no owner')
      await inEngine((tx) => grantPersonalCredit({ tx, actor: 'operator' }, { organizationId, memberId: owner.id, amount: minor(5_00) }))
      const effects = () =>
        inEngine((tx) => tx.$count(creditGrants, and(eq(creditGrants.organizationId, organizationId), eq(creditGrants.source, 'contribution'))))
      return { tenant, input: { amount: 5_00n }, effects }
    },
  },
})
