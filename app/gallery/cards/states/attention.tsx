import { SectionBoundary } from '@/components/layout/section-boundary'
import { Attention } from '@/components/overview/attention'
import { FirstStep } from '@/components/overview/first-step'
import { MoreProducts } from '@/components/overview/more-products'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { UsageCards } from '@/components/overview/usage-cards'
import type { AttentionItem } from '@/lib/billing/views/attention'
import type { AvailableProduct } from '@/lib/billing/views/products'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { type GalleryArea, LONG_NAME, ORG, PERIOD } from '../state'
import { CARD as USAGE_CARD } from './usage'

const ABOUT = { product: 'API calls', productId: 'api-calls', unit: 'calls', used: 30_000n, limit: 30_000n }
const FAILED = { amount: minor(29_00), currency: 'usd', nextTryAt: PERIOD.end, stops: false } as const
const ITEMS: Record<string, AttentionItem> = {
  'a payment failed': { kind: 'payment_failed', invoice: newId('inv'), number: 'INV-000145', ...FAILED },
  'a payment failed, and service stops': { kind: 'payment_failed', invoice: newId('inv'), number: 'INV-000145', ...FAILED, stops: true },
  'several payments failed': { kind: 'payments_failed', count: 4, ...FAILED },
  'several, not tried again': { kind: 'payments_failed', count: 4, ...FAILED, nextTryAt: null },
  'the bank asks': { kind: 'confirm_payment', product: 'API calls', url: 'https://bank.example/confirm' },
  'the limit is reached': { kind: 'blocked', reason: 'limit_reached', ...ABOUT, resetsAt: PERIOD.end },
  'the hard limit is reached': { kind: 'blocked', reason: 'hard_limit_reached', ...ABOUT, resetsAt: PERIOD.end },
  'the cap is spent': { kind: 'blocked', reason: 'spending_cap_reached', ...ABOUT, resetsAt: PERIOD.end },
  'extra usage is unpaid': { kind: 'blocked', reason: 'subscription_unpaid', ...ABOUT, resetsAt: null },
  'the balance is used up': { kind: 'blocked', reason: 'quota_exhausted', ...ABOUT, resetsAt: null },
  'near a limit that blocks': { kind: 'limit_near', ...ABOUT, used: 25_800n, percent: 86, blocks: true },
  'near a limit that charges': { kind: 'limit_near', ...ABOUT, used: 25_800n, percent: 86, blocks: false },
  'a purchase by itself failed': { kind: 'automatic_failed', product: LONG_NAME, productId: 'long' },
  'auto-recharge is off': { kind: 'recharge_off' },
  'the trial ends': { kind: 'trial_ends', product: 'API calls', productId: 'api-calls', plan: 'Pro', at: PERIOD.end },
  'the plan ends': { kind: 'ends', product: 'API calls', productId: 'api-calls', plan: LONG_NAME, at: PERIOD.end },
}
const PRODUCTS: AvailableProduct[] = [
  {
    id: 'api-calls',
    name: 'API calls',
    currency: 'usd',
    isMetered: true,
    hasFreePlan: true,
    trialDays: null,
    from: { price: minor(10_00), interval: 'month', perSeat: false },
    isPaidByUse: false,
  },
  {
    id: 'team-seats',
    name: LONG_NAME,
    currency: 'usd',
    isMetered: false,
    hasFreePlan: true,
    trialDays: 14,
    from: { price: minor(12_00), interval: 'month', perSeat: true },
    isPaidByUse: false,
  },
  { id: 'model-tokens', name: 'Model tokens', currency: 'usd', isMetered: true, hasFreePlan: false, trialDays: null, from: null, isPaidByUse: true },
]

const SUBSCRIBED = { ...USAGE_CARD, cancelAt: null, isWaiting: false, seats: null }
const SEATS = { ...SUBSCRIBED, subscriptionId: newId('sub'), product: { id: 'team-seats', name: 'Team seats' }, meters: [] }

async function Failing(): Promise<never> {
  await Promise.resolve()
  throw new Error('the sample fault of the gallery')
}

export const attention: GalleryArea = {
  namespaces: ['overview', 'attention'],
  states: [
    ...Object.entries(ITEMS).map(([name, item]) => ({ name: `Attention: ${name}`, card: <Attention attention={[item]} canPay canPlan org={ORG} /> })),
    {
      name: 'Attention: for somebody who can do nothing about it',
      card: <Attention attention={Object.values(ITEMS).slice(0, 2)} canPay={false} canPlan={false} org={ORG} />,
    },
    {
      name: 'Attention: everything at once',
      card: (
        <div className="flex flex-col gap-2">
          <Attention attention={Object.values(ITEMS)} canPay canPlan org={ORG} />
        </div>
      ),
    },
    { name: 'CardSkeleton: loading', card: <CardSkeleton /> },
    {
      name: 'SectionBoundary: failed',
      card: (
        <SectionBoundary section="Usage" skeleton={<CardSkeleton />}>
          <Failing />
        </SectionBoundary>
      ),
    },
    { name: 'UsageCards: one', card: <UsageCards cards={[SUBSCRIBED]} org={ORG} /> },
    {
      name: 'UsageCards: several, one by the seat',
      card: (
        <UsageCards
          cards={[
            SUBSCRIBED,
            { ...SEATS, seats: { present: 300, total: minor(3_600_00), interval: 'month' } },
            { ...SUBSCRIBED, subscriptionId: newId('sub'), product: { id: 'long', name: LONG_NAME }, plan: LONG_NAME, cancelAt: PERIOD.end },
          ]}
          org={ORG}
        />
      ),
    },
    { name: 'FirstStep: products to choose from', card: <FirstStep available={PRODUCTS} canChange org={ORG} /> },
    { name: 'FirstStep: no right to choose', card: <FirstStep available={PRODUCTS} canChange={false} org={ORG} /> },
    { name: 'FirstStep: nothing is sold', card: <FirstStep available={[]} canChange org={ORG} /> },
    { name: 'MoreProducts: several', card: <MoreProducts available={PRODUCTS} org={ORG} /> },
  ],
}
