import { Alerts } from '@/components/spending/alerts'
import { AutoRecharge } from '@/components/spending/auto-recharge'
import { Automatic } from '@/components/spending/automatic'
import { HardLimit } from '@/components/spending/hard-limit'
import { LimitRequest } from '@/components/spending/limit-request'
import { Most } from '@/components/spending/most'
import { PayAsYouGo } from '@/components/spending/pay-as-you-go'
import type { AutomaticView, HardLimitView, MostView, PayAsYouGoView, SpendingView } from '@/lib/billing/views/spending'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { type GalleryArea, LONG_NAME, NOW, ORG, PERIOD } from '../state'

const HARD_LIMIT: HardLimitView = {
  isAvailable: true,
  unit: 'screenshots',
  planLimit: 10_000n,
  units: 15_000n,
  used: 12_480n,
  maximum: 100_000n,
  unitPrice: '0.004',
  block: 1_000n,
  spent: minor(12_00),
  request: null,
}
const PAY_AS_YOU_GO: PayAsYouGoView = {
  isAvailable: true,
  enabled: true,
  cap: minor(50_00),
  spent: minor(17_48),
  renewsAt: PERIOD.end,
  unit: 'credits',
  unitPrice: '0.000095',
}
const AUTOMATIC: AutomaticView = {
  isAvailable: true,
  enabled: true,
  plan: { name: 'Startup', price: minor(149_00), interval: 'month' },
  hasFailed: false,
  from: null,
  until: null,
}
const RECHARGE = { enabled: true, threshold: minor(10_00), amount: minor(25_00), monthlyLimit: minor(100_00), failuresInARow: 0 }
const VIEW: SpendingView = {
  subscriptionId: newId('sub'),
  product: { id: 'screenshots', name: 'Screenshots' },
  plan: { name: 'Growth', isFree: false, price: minor(79_00), interval: 'month' },
  currency: 'usd',
  period: PERIOD,
  alertThresholds: [80, 100],
  isLimited: true,
  most: { type: 'nothing' },
  aboveLimit: 'refused',
  hardLimit: HARD_LIMIT,
  payAsYouGo: PAY_AS_YOU_GO,
  autoUpgrade: AUTOMATIC,
  autoRenew: AUTOMATIC,
  recharge: RECHARGE,
}
const NOT_HERE = { isAvailable: false as const, plans: ['Scaling', LONG_NAME] }
const MOST: Record<string, MostView> = {
  nothing: { type: 'nothing' },
  'an amount': { type: 'amount', amount: minor(20_00) },
  'no upper limit': { type: 'unlimited' },
  'from the balance': { type: 'balance' },
  'by auto-recharge': { type: 'recharge', amount: minor(100_00) },
  'a plan bought by itself': { type: 'automatic', change: 'auto_upgrade', plan: LONG_NAME, price: minor(149_00) },
}
const HARD_LIMITS: Record<string, HardLimitView> = {
  on: HARD_LIMIT,
  off: { ...HARD_LIMIT, units: null },
  'not on this plan': { ...HARD_LIMIT, ...NOT_HERE },
  'a request is pending': { ...HARD_LIMIT, request: { hardLimit: 250_000n, status: 'pending', createdAt: NOW } },
  'a request was declined': { ...HARD_LIMIT, request: { hardLimit: 250_000n, status: 'declined', createdAt: NOW } },
}
const PAYS: Record<string, PayAsYouGoView> = {
  'with a cap': PAY_AS_YOU_GO,
  off: { ...PAY_AS_YOU_GO, enabled: false, cap: null, spent: minor(0) },
  'without a cap': { ...PAY_AS_YOU_GO, cap: null },
  'the cap is below what is spent': { ...PAY_AS_YOU_GO, cap: minor(1_00) },
  'not on this plan': { ...PAY_AS_YOU_GO, ...NOT_HERE, enabled: false },
}
const AUTOMATICS: Record<string, AutomaticView> = {
  on: AUTOMATIC,
  off: { ...AUTOMATIC, enabled: false },
  failed: { ...AUTOMATIC, hasFailed: true },
  'not on this plan': { ...AUTOMATIC, ...NOT_HERE, enabled: false, plan: null },
  'from a day on': { ...AUTOMATIC, ...NOT_HERE, enabled: false, from: PERIOD.end },
  'until a day': { ...AUTOMATIC, until: PERIOD.end },
}

export const spending: GalleryArea = {
  namespaces: ['spending'],
  states: [
    ...Object.entries(MOST).map(([name, most]) => ({ name: `Most: ${name}`, card: <Most view={{ ...VIEW, most }} /> })),
    ...Object.entries(HARD_LIMITS).map(([name, hardLimit]) => ({
      name: `HardLimit: ${name}`,
      card: <HardLimit hardLimit={hardLimit} isOwner org={ORG} view={VIEW} />,
    })),
    { name: 'HardLimit: not the owner', card: <HardLimit hardLimit={HARD_LIMIT} isOwner={false} org={ORG} view={VIEW} /> },
    { name: 'LimitRequest: none yet', card: <LimitRequest hardLimit={HARD_LIMIT} org={ORG} view={VIEW} /> },
    ...Object.entries(PAYS).map(([name, payAsYouGo]) => ({
      name: `PayAsYouGo: ${name}`,
      card: <PayAsYouGo mayChange org={ORG} payAsYouGo={payAsYouGo} view={VIEW} />,
    })),
    { name: 'PayAsYouGo: no right', card: <PayAsYouGo mayChange={false} org={ORG} payAsYouGo={PAY_AS_YOU_GO} view={VIEW} /> },
    ...(['autoUpgrade', 'autoRenew'] as const).flatMap((kind) =>
      Object.entries(AUTOMATICS).map(([name, automatic]) => ({
        name: `Automatic, ${kind}: ${name}`,
        card: <Automatic automatic={automatic} kind={kind} mayChange org={ORG} view={VIEW} />,
      })),
    ),
    { name: 'AutoRecharge: on', card: <AutoRecharge org={ORG} view={VIEW} /> },
    { name: 'AutoRecharge: off', card: <AutoRecharge org={ORG} view={{ ...VIEW, recharge: { ...RECHARGE, enabled: false } }} /> },
    { name: 'Alerts: two', card: <Alerts thresholds={[80, 100]} /> },
    { name: 'Alerts: none', card: <Alerts thresholds={[]} /> },
  ],
}
