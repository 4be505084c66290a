import { NextCharge, NextCharges } from '@/components/overview/next-charge'
import { Forecast } from '@/components/usage/forecast'
import { LiveUsage } from '@/components/usage/live-usage'
import { OverageHistory } from '@/components/usage/overage-history'
import { PeriodPicker } from '@/components/usage/period-picker'
import { ProductChoice } from '@/components/usage/product-choice'
import { TopKeys } from '@/components/usage/top-keys'
import { UsageCard } from '@/components/usage/usage-card'
import { UsageSkeleton } from '@/components/usage/usage-skeleton'
import type { NextChargeView } from '@/lib/billing/views/overview'
import type { KeysView, MeterCardView, MeterDetailView, UsageCardView } from '@/lib/billing/views/usage-page'
import { newId } from '@/lib/ids'
import { exact, minor } from '@/lib/money'
import { ARABIC_NAME, type GalleryArea, LONG_NAME, NOW, ORG, PERIOD } from '../state'

export const METER: MeterCardView = {
  meter: 'calls',
  unit: 'calls',
  used: 12_400n,
  limit: 30_000n,
  remaining: 17_600n,
  percent: 41,
  state: 'ok',
  overagePrice: null,
  overage: 0n,
  overageAmount: minor(0),
  overLimit: { type: 'block' },
  hardLimit: null,
  payAsYouGo: null,
  cost: null,
}
export const CARD: UsageCardView = {
  subscriptionId: newId('sub'),
  product: { id: 'api-calls', name: 'API calls' },
  plan: 'Basic',
  status: 'active',
  currency: 'usd',
  period: PERIOD,
  isRunning: true,
  asOf: NOW,
  alertThresholds: [80, 100],
  meters: [METER],
  balance: null,
}
const card = (meter: Partial<MeterCardView>, facts: Partial<UsageCardView> = {}): UsageCardView => ({ ...CARD, ...facts, meters: [{ ...METER, ...meter }] })
const REACHED: Partial<MeterCardView> = { used: 30_000n, remaining: 0n, percent: 100, state: 'limit_reached' }
const OVER: Partial<MeterCardView> = {
  used: 1_010_000n,
  limit: 1_000_000n,
  remaining: null,
  percent: 101,
  state: 'overage',
  overLimit: { type: 'overage', unitPrice: '0.0005' },
  overagePrice: '0.0005',
  overage: 10_000n,
  overageAmount: minor(5_00),
}
const PREPAID: Partial<MeterCardView> = {
  unit: 'input tokens',
  used: 13_900_000n,
  limit: null,
  percent: null,
  remaining: 34_040_000n,
  overLimit: { type: 'prepaid', unitPrice: '0.00000125' },
  cost: minor(17_38),
}
const CARDS: Record<string, UsageCardView> = {
  'within the limit': CARD,
  'nothing used': card({ used: 0n, remaining: 30_000n, percent: 0 }),
  'near the limit': card({ used: 25_800n, remaining: 4_200n, percent: 86, state: 'warning' }),
  'blocked at the limit': card(REACHED),
  'far beyond the limit': card({ ...REACHED, used: 60_000_000n, percent: 200_000 }),
  'over the limit, charged': card(OVER, { plan: 'Enterprise' }),
  'a hard limit': card({
    ...REACHED,
    remaining: 5_000n,
    overLimit: { type: 'blocks', unitPrice: '0.004', block: 1_000n },
    hardLimit: { units: 35_000n, most: minor(20_00) },
  }),
  'pay-as-you-go with a cap': card({
    ...REACHED,
    remaining: 20_000n,
    overLimit: { type: 'pay_as_you_go', unitPrice: '0.000095' },
    overagePrice: '0.000095',
    payAsYouGo: { enabled: true, cap: minor(50_00), spent: minor(17_48) },
  }),
  'prepaid, with a balance that runs out': card(PREPAID, { plan: 'Prepaid', balance: { amount: exact('42.55'), runsOutAt: '2026-06-24T10:00:00Z' } }),
  'prepaid, used up': card({ ...PREPAID, remaining: 0n }, { plan: 'Prepaid', balance: { amount: exact('0'), runsOutAt: null } }),
  'a trial': card({}, { status: 'trialing' }),
  'past due': card({}, { status: 'past_due' }),
  unpaid: card({}, { status: 'unpaid' }),
  'a closed period': card({}, { isRunning: false }),
  'a long name': card({}, { plan: LONG_NAME, product: { id: 'long', name: LONG_NAME } }),
  'an Arabic name': card({}, { plan: ARABIC_NAME }),
}

const DETAIL: MeterDetailView = {
  meter: 'calls',
  unit: 'calls',
  forecast: { usedAtPeriodEnd: 64_472n, amount: minor(0), milestones: [{ percent: 100, at: '2026-05-24T00:00:00Z' }], stopsAt: null },
  chart: { series: [], other: null, days: [], limit: null },
  keys: { items: [], others: null, total: 0n },
}
const forecast = (facts: Partial<MeterDetailView['forecast']>): MeterDetailView => ({ ...DETAIL, forecast: { ...DETAIL.forecast, ...facts } })
const FORECASTS: Record<string, { detail: MeterDetailView; shown: UsageCardView }> = {
  'the limit will be passed': { detail: DETAIL, shown: CARD },
  'within the limit to the end': { detail: forecast({ usedAtPeriodEnd: 20_000n, milestones: [] }), shown: CARD },
  'too early to tell': { detail: forecast({ usedAtPeriodEnd: null, milestones: [] }), shown: CARD },
  'reached already': { detail: forecast({ milestones: [] }), shown: card(REACHED) },
  'with what it will cost': { detail: forecast({ usedAtPeriodEnd: 1_230_000n, amount: minor(115_00), milestones: [] }), shown: card(OVER) },
  'a cap will be spent': { detail: forecast({ stopsAt: '2026-05-27T00:00:00Z' }), shown: card(OVER) },
}

const keys = (count: number): KeysView => ({
  items: Array.from({ length: count }, (_, index) => ({
    key: index === 0 ? null : `${index === 1 ? 'service-with-a-very-long-name-that-does-not-wrap-by-itself' : 'service'}-${index}`,
    quantity: BigInt(4_000 - index * 10),
    permille: Math.floor(1_000 / count),
  })),
  others: count > 30 ? { keys: 4, quantity: 12n, permille: 1 } : null,
  total: BigInt(count * 4_000),
})

const CHARGE: NextChargeView = {
  title: 'next',
  product: CARD.product,
  plan: 'Basic',
  currency: 'usd',
  at: PERIOD.end,
  base: minor(10_00),
  usage: minor(0),
  seats: minor(0),
  credit: minor(0),
  carriedForward: minor(0),
  total: minor(10_00),
  isCanceled: false,
  isFree: false,
  nextPlan: null,
  grows: null,
}
const CHARGES: Record<string, NextChargeView> = {
  'a renewal': CHARGE,
  'with usage and credit': { ...CHARGE, usage: minor(5_00), credit: minor(-3_20), total: minor(11_80), grows: 'above_limit' },
  'with members who joined': { ...CHARGE, seats: minor(12_00), total: minor(22_00), grows: 'members' },
  'the first after a trial': { ...CHARGE, title: 'first' },
  'the last one': { ...CHARGE, title: 'final', isCanceled: true, base: minor(0), usage: minor(5_00), total: minor(5_00) },
  'another plan from then on': { ...CHARGE, nextPlan: LONG_NAME },
  nothing: { ...CHARGE, title: 'none', base: minor(0), total: minor(0), isFree: true },
  'too small to charge': { ...CHARGE, base: minor(20), carriedForward: minor(20), total: minor(0) },
}

const DAYS_BEGUN = 19
const MONTH = Array.from({ length: 30 }, (_, index) => ({
  day: `2026-05-${String(index + 1).padStart(2, '0')}`,
  parts: index < DAYS_BEGUN ? [400n + BigInt((index * 37) % 130), 120n, 30n] : null,
  other: index < DAYS_BEGUN ? 12n : 0n,
}))
const DRAWN: MeterDetailView = {
  ...DETAIL,
  chart: {
    series: [
      { key: 'production', total: 8_900n },
      { key: 'service-with-a-very-long-name-that-does-not-wrap-by-itself', total: 2_280n },
      { key: null, total: 570n },
    ],
    other: { keys: 4, total: 228n },
    days: MONTH,
    limit: { perPeriod: 30_000n, perDay: 1_000n },
  },
  keys: keys(5),
}
const UNUSED: MeterDetailView = {
  ...DETAIL,
  forecast: { usedAtPeriodEnd: null, amount: null, milestones: [], stopsAt: null },
  chart: { series: [], other: null, days: MONTH.map(({ day, parts }) => ({ day, parts: parts && [], other: 0n })), limit: null },
}

const PAST = Array.from({ length: 4 }, (_, index) => ({
  start: `2026-0${index + 1}-01T00:00:00Z`,
  end: `2026-0${index + 2}-01T00:00:00Z`,
  plan: index === 0 ? LONG_NAME : 'Enterprise',
  overage: 336_500n,
  unit: 'calls',
  amount: minor(168_25),
  invoice: index === 0 ? null : newId('inv'),
}))

export const usage: GalleryArea = {
  namespaces: ['usage', 'charts'],
  states: [
    { name: 'UsageSkeleton: loading', card: <UsageSkeleton /> },
    ...Object.entries(CARDS).map(([name, shown]) => ({ name: `UsageCard: ${name}`, card: <UsageCard card={shown} title={shown.product.name} /> })),
    {
      name: 'UsageCard: seats, ending',
      card: (
        <UsageCard cancelAt={PERIOD.end} card={{ ...CARD, meters: [] }} seats={{ present: 7, total: minor(756_00), interval: 'year' }} title="Team seats" />
      ),
    },
    ...Object.entries(FORECASTS).map(([name, { detail, shown }]) => ({
      name: `Forecast: ${name}`,
      card: <Forecast card={shown} detail={detail} meter={shown.meters[0] ?? METER} />,
    })),
    ...[0, 1, 12, 40].map((count) => ({ name: `TopKeys: ${count}`, card: <TopKeys keys={keys(count)} unit="calls" /> })),
    { name: 'OverageHistory: nothing', card: <OverageHistory canSeeInvoices currency="usd" org={ORG} rows={[]} /> },
    { name: 'OverageHistory: several', card: <OverageHistory canSeeInvoices currency="usd" org={ORG} rows={PAST} /> },
    { name: 'OverageHistory: no right to see invoices', card: <OverageHistory canSeeInvoices={false} currency="usd" org={ORG} rows={PAST} /> },
    ...Object.entries(CHARGES).map(([name, charge]) => ({ name: `NextCharge: ${name}`, card: <NextCharge charge={charge} /> })),
    { name: 'LiveUsage: a month', card: <LiveUsage initial={{ card: CARD, meters: [DRAWN], readAt: 1 }} org={ORG} /> },
    {
      name: 'LiveUsage: nothing used',
      card: (
        <LiveUsage
          initial={{ card: { ...card({ used: 0n, remaining: 30_000n, percent: 0 }), product: { id: 'unused', name: 'Unused' } }, meters: [UNUSED], readAt: 1 }}
          org={ORG}
        />
      ),
    },
    {
      name: 'PeriodPicker: several',
      card: <PeriodPicker older={PERIOD.start} org={ORG} past={PAST} product="api-calls" running={{ ...PERIOD, plan: 'Basic' }} selected={PERIOD.start} />,
    },
    {
      name: 'ProductChoice: several',
      card: (
        <ProductChoice
          description="—"
          items={[
            { id: 'api-calls', name: 'API calls', href: '/gallery', isHeld: true },
            { id: 'long', name: LONG_NAME, href: '/gallery', isHeld: false },
          ]}
        />
      ),
    },
    { name: 'ProductChoice: none', card: <ProductChoice description="—" items={[]} /> },
    { name: 'NextCharges: several', card: <NextCharges charges={Object.values(CHARGES)} /> },
  ],
}
