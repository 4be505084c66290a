import { Books, type BooksRunView, RunBooks } from '@/components/operator/books'
import { Examples, Plans, Policies, ProductTable, Warnings } from '@/components/operator/catalog'
import { Clocks, NewClock } from '@/components/operator/clocks'
import { ErasePerson } from '@/components/operator/erase-person'
import { Health } from '@/components/operator/health'
import { Keys, NewKey } from '@/components/operator/keys'
import { InviteOperator, OperatorList, type OperatorView } from '@/components/operator/operator-list'
import { Requests } from '@/components/operator/requests'
import type { DeskProduct, Example } from '@/lib/billing/views/desk-catalog'
import type { DeskClock } from '@/lib/billing/views/desk-clocks'
import type { DeskKey } from '@/lib/billing/views/desk-keys'
import type { DeskPlan } from '@/lib/billing/views/desk-plans'
import type { DeskNotice, DeskRequests } from '@/lib/billing/views/desk-requests'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import type { WorkerHealth } from '@/lib/worker/worker-health'
import { ARABIC_NAME, type GalleryArea, JAPANESE_NAME, LONG_NAME, NOW, PERIOD } from '../state'

const LONG_MAIL = 'a.very.long.address.that.does.not.wrap@subsidiary.analytical.example'
const WHOSE = { id: newId('org'), name: LONG_NAME }

const RUN: BooksRunView = { balanced: true, asOf: NOW, entries: 12_345_678, organizations: 4_321, differences: [] }
const DIFFERENCES = [
  { organization: newId('org'), check: 'ledger_balances_to_zero', expected: '0', found: '-12345678.90', about: newId('inv') },
  { organization: '*', check: 'usage_events_equal_counters', expected: '1234567', found: '1234568', about: 'api-calls calls 2026-05-01' },
]

const CLOCK: DeskClock = {
  id: newId('clock'),
  now: NOW,
  advancingTo: null,
  organizations: [WHOSE, { id: newId('org'), name: ARABIC_NAME }],
  organizationCount: 12,
}
const CLOCKS: DeskClock[] = [
  CLOCK,
  { ...CLOCK, id: newId('clock'), advancingTo: PERIOD.end, organizationCount: 2 },
  { ...CLOCK, id: newId('clock'), organizations: [], organizationCount: 0 },
]

const KEY: DeskKey = { id: newId('key'), label: LONG_NAME, scope: 'admin', hint: '7f3a', createdAt: NOW, lastUsedAt: NOW, revokedAt: null }
const KEYS: DeskKey[] = [
  KEY,
  { ...KEY, id: newId('key'), label: 'Usage', scope: 'usage', lastUsedAt: null },
  { ...KEY, id: newId('key'), label: JAPANESE_NAME, scope: 'read', hint: null, revokedAt: NOW },
]

const OPERATOR: OperatorView = {
  id: newId('op'),
  email: 'ada@headroom.example',
  role: 'admin',
  invitedBy: 'npm run operator',
  lastSeenAt: NOW,
  hasPassword: true,
  isSelf: true,
}
const OPERATORS: OperatorView[] = [
  OPERATOR,
  { ...OPERATOR, id: newId('op'), email: LONG_MAIL, role: 'support', isSelf: false, lastSeenAt: null },
  { ...OPERATOR, id: newId('op'), email: 'grace@headroom.example', role: 'support', isSelf: false, lastSeenAt: null, hasPassword: false },
]

const KINDS = ['due', 'reconcile', 'inbox', 'messages', 'chats', 'webhooks', 'partitions', 'cleanup', 'compare', 'books'] as const
const HEALTHY: WorkerHealth = {
  sweeps: KINDS.map((kind, index) => ({ kind, isFrequent: index < 6, lastDoneAt: NOW, lastFailedAt: null, waitingSince: null })),
  due: { renewals: { count: 0, oldest: null }, payments: { count: 0, oldest: null }, messages: { count: 0, oldest: null } },
  setAside: 0,
  webhooks: { lastReceivedAt: NOW, oldestPendingAt: null, pending: 0 },
  failedMail: [],
}
const BACKLOG = { count: 1_000, oldest: PERIOD.start }
const ILL: WorkerHealth = {
  ...HEALTHY,
  sweeps: KINDS.map((kind, index) => ({
    kind,
    isFrequent: index < 6,
    lastDoneAt: index % 2 ? PERIOD.start : null,
    lastFailedAt: NOW,
    waitingSince: PERIOD.start,
  })),
  due: { renewals: BACKLOG, payments: BACKLOG, messages: BACKLOG },
  setAside: 3,
  webhooks: { lastReceivedAt: null, oldestPendingAt: PERIOD.start, pending: 1_000 },
  failedMail: [
    {
      id: newId('msg'),
      organization: WHOSE,
      recipient: LONG_MAIL,
      kind: 'payment_failed',
      error: '550 5.1.1 <a.very.long.address@example>: no such user',
      at: NOW,
    },
  ],
}

const NOTICE: DeskNotice = {
  id: newId('note'),
  organization: WHOSE,
  kind: 'dispute_opened',
  documentId: newId('inv'),
  target: 'dp_1Q2w3E4r5T6y7U8i9O0p1Q2w3E4r5T6y',
  money: { amount: minor(12_345_678_00), currency: 'usd' },
  detail: 'du_1Q2w3E4r5T6y7U8i9O0p1Q2w3E4r5T6y',
  at: NOW,
  resolved: null,
}
const NOTICE_KINDS = [
  'dispute_opened',
  'dispute_won',
  'dispute_lost',
  'refunded_at_provider',
  'refund_returned',
  'orphan_payment',
  'void_invoice_paid',
  'kept_payment_refunded',
  'kept_payment_lost',
  'spent_credit_lost',
  'foreign_currency_payment',
  'differs_at_provider',
  'payment_not_accepted',
  'product_file_ignored',
] as const
const NO_REQUESTS: DeskRequests = { limits: [], transfers: [], notices: [], setAside: [], resolved: [] }
const REQUESTS: DeskRequests = {
  limits: [
    {
      id: newId('lim'),
      organization: WHOSE,
      product: 'Screenshots',
      hardLimit: 25_000_000n,
      useCase: `${LONG_NAME}\n${'https://example.com/'.repeat(8)}`,
      askedAt: NOW,
    },
  ],
  transfers: [{ id: newId('inv'), organization: WHOSE, number: 'INV-000114', amountDue: minor(12_345_678_00), currency: 'usd', issuedAt: NOW }],
  notices: NOTICE_KINDS.map((kind) => ({ ...NOTICE, id: newId('note'), kind, organization: kind === 'product_file_ignored' ? null : WHOSE })),
  setAside: [
    {
      id: newId('sub'),
      organization: { id: newId('org'), name: ARABIC_NAME },
      product: 'API calls',
      error: 'Error: the period has no segment of its meter',
      since: NOW,
    },
  ],
  resolved: [{ ...NOTICE, id: newId('note'), resolved: { at: NOW, by: LONG_MAIL, how: LONG_NAME } }],
}

const PLAN: DeskPlan = {
  id: 'basic',
  name: 'Basic',
  product: { id: 'api-calls', name: 'API calls' },
  basedOn: null,
  currency: 'usd',
  prices: { month: minor(10_00), year: minor(100_00) },
  perSeat: false,
  included: [{ meter: 'calls', unit: 'calls', units: 30_000n }],
  overLimit: 'block',
  unitPrice: null,
}
const EXAMPLE: Example = {
  kind: 'upgrade',
  from: 'Basic',
  to: LONG_NAME,
  day: 10,
  days: 30,
  units: 15_000n,
  lines: [{ description: 'Unused time on Basic: 20 of 30 days', formula: '−$10.00 × 20 / 30 = −$6.67', amount: minor(-6_67) }],
  total: minor(13_33),
  when: 'now',
  left: 285_000n,
  refusal: null,
}
const EXAMPLE_KINDS = ['upgrade', 'downgrade', 'downgrade_used', 'above_limit', 'every_unit', 'cancel', 'refund', 'refund_used'] as const
const PLAYABLE = ['late_upgrade', 'up_and_down', 'round_trip', 'used_up_credited', 'refund_after_use'] as const
const PRODUCT: DeskProduct = {
  id: 'api-calls',
  name: 'API calls',
  version: 12,
  currency: 'usd',
  unit: 'calls',
  seats: false,
  plans: [
    PLAN,
    { ...PLAN, id: 'long', name: LONG_NAME, prices: { month: minor(12_345_678_00) }, perSeat: true, overLimit: 'overage', unitPrice: '0.0005' },
    { ...PLAN, id: 'use', name: 'By use', included: [{ meter: 'calls', unit: 'calls', units: null }], overLimit: 'arrears', prices: {} },
  ],
  policies: {
    cycle: { days: 30 },
    dayCount: 'nominal',
    upgrade: { type: 'new_period', unused: 'time_and_allowance' },
    downgrade: { type: 'now', oncePerCycle: true, usageRatio: { bonus: { numerator: 11n, denominator: 10n } }, settlesExtra: 'to_free' },
    cancel: { type: 'period_end', settlesExtra: true },
    alertThresholds: [80, 100],
    refund: { windowHours: 24, requiresNoUsage: true, mandatory: { extraDays: 14, countries: ['DE', 'FR', 'TR'] } },
    introduction: { days: 7, included: { calls: 5_000n } },
    trial: { days: 14 },
    exhausted: null,
    hardLimit: { maximum: 100_000n },
    seats: null,
    prepaid: {
      minimum: minor(5_00),
      tiers: [
        { maximum: minor(100_00), paid: minor(0), days: 0 },
        { maximum: minor(500_00), paid: minor(50_00), days: 7 },
      ],
      expiresAfter: { months: 12 },
      noticeDays: [30, 7, 1],
    },
  },
  freePlan: 'Free',
  examples: EXAMPLE_KINDS.map((kind) => ({ ...EXAMPLE, kind, ...(kind === 'downgrade_used' && { refusal: LONG_NAME }) })),
  playable: PLAYABLE.map((kind) => ({ kind, from: 'Basic', to: LONG_NAME, day: 28, units: 300_000n, cost: minor(-1_33), worth: minor(150_00) })),
}

export const desk: GalleryArea = {
  namespaces: ['deskForm'],
  states: [
    { name: 'Books: never', card: <Books run={null} /> },
    { name: 'Books: balanced', card: <Books run={RUN} /> },
    { name: 'Books: differ', card: <Books run={{ ...RUN, balanced: false, differences: DIFFERENCES }} /> },
    { name: 'RunBooks', card: <RunBooks /> },
    { name: 'ProductTable: nothing', card: <ProductTable products={[]} /> },
    {
      name: 'ProductTable: with warnings and without',
      card: <ProductTable products={[PRODUCT, { ...PRODUCT, id: 'clean', name: LONG_NAME, playable: [] }]} />,
    },
    { name: 'Warnings: of every kind', card: <Warnings product={PRODUCT} /> },
    { name: 'Warnings: none', card: <Warnings product={{ ...PRODUCT, playable: [] }} /> },
    { name: 'Plans', card: <Plans product={PRODUCT} /> },
    { name: 'Policies', card: <Policies product={PRODUCT} /> },
    { name: 'Examples: of every kind', card: <Examples product={PRODUCT} /> },
    { name: 'Clocks: none', card: <Clocks clocks={[]} isAdmin /> },
    { name: 'Clocks: several', card: <Clocks clocks={CLOCKS} isAdmin /> },
    { name: 'Clocks: no right', card: <Clocks clocks={[CLOCK]} isAdmin={false} /> },
    { name: 'NewClock', card: <NewClock isAdmin now={NOW} /> },
    { name: 'Keys: none', card: <Keys isAdmin keys={[]} /> },
    { name: 'Keys: used, unused, revoked', card: <Keys isAdmin keys={KEYS} /> },
    { name: 'NewKey', card: <NewKey isAdmin /> },
    { name: 'NewKey: no right', card: <NewKey isAdmin={false} /> },
    { name: 'OperatorList: several', card: <OperatorList isAdmin operators={OPERATORS} /> },
    { name: 'OperatorList: no right', card: <OperatorList isAdmin={false} operators={OPERATORS} /> },
    { name: 'InviteOperator', card: <InviteOperator isAdmin /> },
    { name: 'Health: all well', card: <Health health={HEALTHY} mail="server" now={NOW} payments="live" /> },
    { name: 'Health: nothing runs', card: <Health health={ILL} mail={null} now={NOW} payments="sandbox" /> },
    { name: 'ErasePerson', card: <ErasePerson isAdmin /> },
    { name: 'ErasePerson: no right', card: <ErasePerson isAdmin={false} /> },
    { name: 'Requests: none', card: <Requests isAdmin requests={NO_REQUESTS} /> },
    { name: 'Requests: of every kind', card: <Requests isAdmin requests={REQUESTS} /> },
    { name: 'Requests: no right', card: <Requests isAdmin={false} requests={{ ...NO_REQUESTS, limits: REQUESTS.limits }} /> },
  ],
}
