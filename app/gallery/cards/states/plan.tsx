import { ActionOutcomeNotice } from '@/components/plan/action-outcome'
import { ChargeLines } from '@/components/plan/charge-lines'
import { CurrentPlan } from '@/components/plan/current-plan'
import { PlanAdvice } from '@/components/plan/plan-advice'
import { PlanOffers } from '@/components/plan/plan-offers'
import { UsedUp } from '@/components/plan/used-up'
import { Card } from '@/components/ui/card'
import type { PlanOffer, PlanView } from '@/lib/billing/views/plan'
import type { PlanAdviceView } from '@/lib/billing/views/plan-advice'
import type { ChargeView, RejectionView } from '@/lib/billing/views/quote'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { ARABIC_NAME, type GalleryArea, LONG_NAME, NOW, ORG, PERIOD } from '../state'

type Subscription = NonNullable<PlanView['subscription']>

const INCLUDED = [{ meter: 'calls', unit: 'calls', limit: 30_000n, overLimit: { type: 'block' } }] as const
export const SUBSCRIPTION: Subscription = {
  id: newId('sub'),
  plan: { id: 'basic', name: 'Basic', isFree: false, isPrepaid: false, isOffered: true },
  interval: 'month',
  price: minor(10_00),
  perSeat: null,
  status: 'active',
  period: { ...PERIOD, totalDays: 30 },
  included: [...INCLUDED],
  entitlements: {},
  trialEnd: null,
  introduction: null,
  cancelAt: null,
  pendingChange: null,
  waiting: null,
  freePlan: 'Free',
}
export const REJECTION: RejectionView = {
  code: 'downgrade_usage_exceeded',
  message: 'Not yet.',
  rule: 'A7b',
  formula: '5,000 > 4,400',
  inputs: { current_usage: 5_000 },
  retryAt: '2026-05-20T00:00:00Z',
  renewalAt: PERIOD.end,
  currentUsage: 5_000n,
  allowedUsage: 4_400n,
  meter: 'calls',
  elapsedDays: 4,
  targetLimit: 30_000n,
}
export const OFFER: PlanOffer = {
  id: 'pro',
  name: 'Pro',
  isFree: false,
  interval: 'month',
  price: minor(30_00),
  perMonth: null,
  seatTotal: null,
  included: [{ meter: 'calls', unit: 'calls', limit: 300_000n, overLimit: { type: 'block' } }],
  entitlements: { concurrency: 50 },
  isOffered: true,
  change: 'upgrade',
  rejection: null,
  preview: { amountDue: minor(13_33), creditIssued: minor(0), effective: 'now', effectiveAt: NOW },
  trialDays: null,
  introduction: null,
}
const OFFERS: PlanOffer[] = [
  { ...OFFER, id: 'free', name: 'Free', isFree: true, price: minor(0), included: [...INCLUDED], change: 'downgrade', rejection: REJECTION, preview: null },
  { ...OFFER, id: 'basic', name: 'Basic', price: minor(10_00), included: [...INCLUDED], change: 'current', preview: null },
  OFFER,
  {
    ...OFFER,
    id: 'enterprise',
    name: LONG_NAME,
    price: minor(12_345_678_00),
    included: [{ meter: 'calls', unit: 'calls', limit: 25_000_000n, overLimit: { type: 'pay_as_you_go', unitPrice: '0.000095' } }],
    preview: { amountDue: minor(12_345_661_67), creditIssued: minor(0), effective: 'period_end', effectiveAt: PERIOD.end },
    trialDays: 14,
    introduction: { days: 7, included: [{ unit: 'calls', limit: 5_000n }] },
  },
]
const VIEW: PlanView = {
  product: { id: 'api-calls', name: 'API calls', isMetered: true },
  currency: 'usd',
  now: NOW,
  hasPaymentMethod: true,
  cycle: { days: 30 },
  seats: null,
  subscription: SUBSCRIPTION,
  actions: [],
  advice: null,
  offers: { month: OFFERS },
}
const HELD: Record<string, Partial<Subscription>> = {
  active: {},
  'a trial': { status: 'trialing', trialEnd: '2026-05-24T00:00:00Z' },
  'an introduction': { introduction: [{ unit: 'calls', limit: 5_000n }] },
  'past due': { status: 'past_due' },
  unpaid: { status: 'unpaid' },
  'a scheduled end': { cancelAt: PERIOD.end },
  'a change for the renewal': { pendingChange: { plan: { id: 'free', name: 'Free' }, interval: 'month', at: PERIOD.end, kind: 'change' } },
  'waits for the bank': { status: 'awaiting_payment', waiting: { invoice: newId('inv'), url: 'https://bank.example/confirm' } },
  'by the seat': { perSeat: { price: minor(108_00), paid: 7 }, price: minor(756_00), interval: 'year', included: [] },
  'prepaid, by use': {
    plan: { ...SUBSCRIPTION.plan, name: 'Prepaid', isPrepaid: true },
    price: minor(0),
    included: [
      { meter: 'input', unit: 'input tokens', limit: null, overLimit: { type: 'prepaid', unitPrice: '0.00000125' } },
      { meter: 'output', unit: 'output tokens', limit: null, overLimit: { type: 'prepaid', unitPrice: '0.00001' } },
    ],
  },
  free: { plan: { ...SUBSCRIPTION.plan, name: 'Free', isFree: true }, price: minor(0) },
  'not sold any more': { plan: { ...SUBSCRIPTION.plan, isOffered: false } },
  'a long name': { plan: { ...SUBSCRIPTION.plan, name: LONG_NAME }, price: minor(12_345_678_00) },
  'an Arabic name': { plan: { ...SUBSCRIPTION.plan, name: ARABIC_NAME } },
}

const ADVICE: PlanAdviceView = {
  currency: 'usd',
  unit: 'calls',
  periods: { count: 6, start: '2025-11-01T00:00:00Z', end: '2026-05-01T00:00:00Z' },
  plans: [
    { id: 'free', name: 'Free', isCurrent: false, isLeast: false, total: minor(0), extra: minor(0), allowedBy: null, refused: 222_840n },
    { id: 'basic', name: 'Basic', isCurrent: true, isLeast: false, total: minor(60_00), extra: minor(0), allowedBy: null, refused: 96_700n },
    { id: 'scaling', name: LONG_NAME, isCurrent: false, isLeast: true, total: minor(180_00), extra: minor(17_48), allowedBy: 'pay_as_you_go', refused: 0n },
  ],
}

const CHARGE: ChargeView = {
  lines: [
    {
      kind: 'proration_credit',
      description: 'Unused time on Basic: 20 of 30 days',
      amount: minor(-6_67),
      quantity: 1n,
      unitPrice: '-6.67',
      rule: 'A6',
      formula: '−$10.00 × 20 ÷ 30 = −$6.67',
      inputs: {},
    },
    {
      kind: 'proration_charge',
      description: 'Pro for the rest of the period: 20 of 30 days',
      amount: minor(20_00),
      quantity: 1n,
      unitPrice: '20.00',
      rule: 'A6',
      formula: '$30.00 × 20 ÷ 30 = $20.00',
      inputs: {},
    },
  ],
  total: minor(13_33),
  creditApplied: minor(3_00),
  carriedForward: minor(0),
  amountDue: minor(10_33),
  creditIssued: minor(0),
}
const CREDIT: ChargeView = { ...CHARGE, total: minor(-13_33), creditApplied: minor(0), amountDue: minor(0), creditIssued: minor(13_33) }
const SMALL: ChargeView = { ...CHARGE, total: minor(20), creditApplied: minor(20), carriedForward: minor(20), amountDue: minor(0) }

const offers = (view: Partial<PlanView>, canChange = true) => <PlanOffers canChange={canChange} chosen={null} org={ORG} view={{ ...VIEW, ...view }} />

export const plan: GalleryArea = {
  namespaces: ['plan', 'planAdvice', 'usage'],
  states: [
    ...Object.entries(HELD).map(([name, facts]) => {
      const subscription = { ...SUBSCRIPTION, ...facts }
      return { name: `CurrentPlan: ${name}`, card: <CurrentPlan canChange org={ORG} subscription={subscription} view={{ ...VIEW, subscription }} /> }
    }),
    { name: 'CurrentPlan: no right', card: <CurrentPlan canChange={false} org={ORG} subscription={SUBSCRIPTION} view={VIEW} /> },
    { name: 'PlanOffers: one refused, one current, two larger', card: offers({}) },
    { name: 'PlanOffers: no right', card: offers({}, false) },
    { name: 'PlanOffers: no card yet', card: offers({ hasPaymentMethod: false }) },
    { name: 'PlanOffers: nothing held', card: offers({ subscription: null }) },
    { name: 'PlanOffers: an end is scheduled', card: offers({ subscription: { ...SUBSCRIPTION, cancelAt: PERIOD.end } }) },
    { name: 'PlanOffers: another change is under way', card: offers({ subscription: { ...SUBSCRIPTION, waiting: { invoice: newId('inv'), url: null } } }) },
    {
      name: 'PlanOffers: by month and year, by the seat',
      card: offers({
        seats: 7,
        offers: {
          month: OFFERS.map((one) => ({ ...one, seatTotal: minor(84_00) })),
          year: OFFERS.map((one) => ({ ...one, interval: 'year', perMonth: minor(9_00), seatTotal: minor(756_00) })),
        },
      }),
    },
    { name: 'ActionOutcome: declined', card: <ActionOutcomeNotice org={ORG} outcome={{ type: 'declined', reason: 'insufficient_funds' }} /> },
    { name: 'ActionOutcome: credit declined', card: <ActionOutcomeNotice about="credit" org={ORG} outcome={{ type: 'declined', reason: 'expired_card' }} /> },
    { name: 'ActionOutcome: waits for the bank', card: <ActionOutcomeNotice org={ORG} outcome={{ type: 'needs_customer', url: '/gallery' }} /> },
    { name: 'ActionOutcome: on its way', card: <ActionOutcomeNotice org={ORG} outcome={{ type: 'in_flight' }} /> },
    { name: 'PlanAdvice: another plan fits', card: <PlanAdvice view={ADVICE} /> },
    { name: 'PlanAdvice: several things counted', card: <PlanAdvice view={{ ...ADVICE, unit: null }} /> },
    {
      name: 'UsedUp: renew now, and a term begun anew',
      card: (
        <Card title="—">
          <UsedUp
            canChange
            org={ORG}
            subscription={SUBSCRIPTION}
            view={{
              ...VIEW,
              actions: [
                { action: 'renew_now', price: minor(49_00), effectiveAt: NOW, lost: { units: 1_200n, unit: 'credits' }, rejection: null },
                { action: 'resubscribe', price: minor(490_00), effectiveAt: PERIOD.end, lost: null, rejection: { ...REJECTION, code: 'past_due' } },
              ],
            }}
          />
        </Card>
      ),
    },
    ...Object.entries({ 'to pay, with credit': CHARGE, 'a credit': CREDIT, 'too small to charge': SMALL }).map(([name, charge]) => ({
      name: `ChargeLines: ${name}`,
      card: (
        <Card title="Pro">
          <ChargeLines charge={charge} currency="usd" />
        </Card>
      ),
    })),
  ],
}
