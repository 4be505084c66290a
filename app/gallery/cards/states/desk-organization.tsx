import { AdjustCredit, Balances, DeskGrants, TrustTier } from '@/components/operator/credit'
import { NewPlan, OwnPlans } from '@/components/operator/custom-plans'
import { DeskActivity } from '@/components/operator/desk-activity'
import { InvoiceRepairs } from '@/components/operator/invoice-repairs'
import { OrganizationData } from '@/components/operator/organization-data'
import { OrganizationFacts } from '@/components/operator/organization-facts'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { OrganizationSearch, OrganizationTable } from '@/components/operator/organization-list'
import { DeskInvoices, DeskMembers, DeskMessages, DeskPayments } from '@/components/operator/organization-lists'
import { PaymentFacts } from '@/components/operator/payment-facts'
import { ResumePurchases } from '@/components/operator/resume-purchases'
import { Subscriptions } from '@/components/operator/subscriptions'
import { Visit } from '@/components/operator/visit'
import { Card } from '@/components/ui/card'
import type { GrantView } from '@/lib/billing/views/credits'
import type { DeskOrganization, DeskPayment } from '@/lib/billing/views/desk-organization'
import type { DeskOrganizationRow } from '@/lib/billing/views/desk-organizations'
import type { DeskPlan } from '@/lib/billing/views/desk-plans'
import type { DeskSubscription } from '@/lib/billing/views/desk-subscriptions'
import type { MemberView } from '@/lib/billing/views/members'
import type { NotificationView } from '@/lib/billing/views/notifications'
import { newId } from '@/lib/ids'
import { exact, minor } from '@/lib/money'
import { instant } from '@/lib/time'
import { ARABIC_NAME, type GalleryArea, JAPANESE_NAME, LONG_NAME, NOW, PERIOD } from '../state'
import { SAMPLE_ENTRY } from './activity'
import { DOCUMENT, DOCUMENTS } from './invoices'
import { METER } from './usage'

const LONG_MAIL = 'a.very.long.address.that.does.not.wrap@subsidiary.analytical.example'

const ORGANIZATION: DeskOrganization = {
  id: newId('org'),
  name: LONG_NAME,
  slug: 'allgemeine-datenverarbeitungs-und-beratungsgesellschaft-hohenstein',
  externalId: 'customer_00000000-0000-0000-0000-000000000000',
  metadata: { segment: 'enterprise', account_manager: LONG_MAIL },
  currency: 'usd',
  country: 'DE',
  registeredAt: PERIOD.start,
  closedAt: null,
  clock: { id: newId('clock'), now: NOW },
  trustTier: 2,
  payerRef: 'cus_1Q2w3E4r5T6y7U',
  card: { brand: 'visa', last4: '4242', expires: '12/2030', refusedForGood: true },
  creditBalance: minor(-12_345_678_00),
  prepaidBalance: exact('1234.000000000001'),
  memberCount: 300,
  purchasesStopped: true,
  owners: [{ id: newId('mem'), email: LONG_MAIL }],
  openNotices: 2,
  openRequests: 1,
}
const CLOSED: DeskOrganization = {
  ...ORGANIZATION,
  name: ARABIC_NAME,
  closedAt: NOW,
  clock: null,
  externalId: null,
  payerRef: null,
  card: null,
  metadata: {},
  country: null,
  purchasesStopped: false,
}

const ROW: DeskOrganizationRow = {
  id: newId('org'),
  name: LONG_NAME,
  slug: 'long',
  externalId: ORGANIZATION.externalId,
  owner: LONG_MAIL,
  isClosed: false,
  onTestClock: true,
  registeredAt: NOW,
  holdings: [
    { product: 'API calls', plan: 'Basic', status: 'active' },
    { product: 'Team seats', plan: LONG_NAME, status: 'past_due' },
  ],
}
const ROWS: DeskOrganizationRow[] = [
  ROW,
  { ...ROW, id: newId('org'), name: ARABIC_NAME, isClosed: true, onTestClock: false, holdings: [], owner: null, externalId: null },
  ...Array.from({ length: 23 }, (_, index) => ({ ...ROW, id: newId('org'), name: `Company ${index}`, onTestClock: false })),
]

const HELD: DeskSubscription = {
  id: newId('sub'),
  product: { id: 'api-calls', name: 'API calls' },
  plan: { id: 'basic', name: 'Basic', price: minor(10_00) },
  interval: 'month',
  currency: 'usd',
  catalogVersion: 12,
  status: 'active',
  period: PERIOD,
  seats: null,
  trialEnd: null,
  cancelAt: null,
  pendingChange: null,
  endedAt: null,
  meters: [METER],
  nextCharge: { total: minor(10_00), at: PERIOD.end, title: 'next' },
  settings: { hardLimit: null, payAsYouGo: { enabled: false, cap: null }, autoUpgrade: false, autoRenew: false },
}
const HOLDINGS: DeskSubscription[] = [
  HELD,
  {
    ...HELD,
    id: newId('sub'),
    product: { id: 'long', name: LONG_NAME },
    status: 'trialing',
    trialEnd: PERIOD.end,
    pendingChange: { plan: LONG_NAME, at: PERIOD.end },
    seats: 300,
  },
  {
    ...HELD,
    id: newId('sub'),
    status: 'past_due',
    cancelAt: PERIOD.end,
    settings: { hardLimit: 15_000n, payAsYouGo: { enabled: true, cap: minor(50_00) }, autoUpgrade: true, autoRenew: true },
  },
  {
    ...HELD,
    id: newId('sub'),
    status: 'canceled',
    endedAt: NOW,
    meters: [],
    nextCharge: null,
    settings: { ...HELD.settings, payAsYouGo: { enabled: true, cap: null } },
  },
]

const PLAN: DeskPlan = {
  id: 'custom',
  name: LONG_NAME,
  product: { id: 'api-calls', name: 'API calls' },
  basedOn: 'Pro',
  currency: 'usd',
  prices: { month: minor(12_345_678_00), year: minor(100_00) },
  perSeat: false,
  included: [{ meter: 'calls', unit: 'calls', units: 25_000_000n }],
  overLimit: 'overage',
  unitPrice: '0.0005',
}

const PAYMENT: DeskPayment = {
  id: newId('pay'),
  documentId: newId('inv'),
  number: 'INV-000114',
  amount: minor(12_345_678_00),
  currency: 'usd',
  state: 'collected',
  isLost: false,
  providerRef: 'pi_1Q2w3E4r5T6y7U8i9O0p1Q2w',
  bankReference: null,
  reason: null,
  attempts: 1,
  createdAt: NOW,
  retryAt: null,
}
const PAYMENTS: DeskPayment[] = (['created', 'open', 'in_flight', 'needs_customer', 'refused', 'collected', 'abandoned', 'disputed'] as const).map((state) => ({
  ...PAYMENT,
  id: newId('pay'),
  state,
  isLost: state === 'disputed',
  reason: state === 'refused' ? 'insufficient_funds' : null,
  bankReference: state === 'open' ? 'RF18 5390 0754 7034' : null,
  retryAt: state === 'refused' ? PERIOD.end : null,
}))

const MEMBER: MemberView = {
  id: newId('mem'),
  userId: newId('user'),
  email: LONG_MAIL,
  name: LONG_NAME,
  role: 'owner',
  addedAt: instant(NOW),
  joinedAt: instant(NOW),
  personalCredit: minor(0),
  invitation: null,
}
const MEMBERS: MemberView[] = [
  MEMBER,
  { ...MEMBER, id: newId('mem'), name: ARABIC_NAME, role: 'billing' },
  { ...MEMBER, id: newId('mem'), name: null, joinedAt: null },
  { ...MEMBER, id: newId('mem'), name: JAPANESE_NAME, joinedAt: null, invitation: { invitedBy: 'Ada', sentAt: instant(NOW), expiresAt: instant(PERIOD.end) } },
]
const MESSAGE: NotificationView = {
  id: newId('msg'),
  kind: 'usage_alert_80',
  channel: 'email',
  recipient: LONG_MAIL,
  state: 'sent',
  at: instant(NOW),
  sentAt: instant(NOW),
  tries: 1,
  error: null,
}
const MESSAGES: NotificationView[] = [
  MESSAGE,
  { ...MESSAGE, id: newId('msg'), state: 'queued' },
  { ...MESSAGE, id: newId('msg'), state: 'failed', tries: 12, error: '550 5.1.1 no such user' },
]
const GRANT: GrantView = {
  id: newId('grant'),
  source: 'purchase',
  documentId: newId('inv'),
  amount: exact('25'),
  remaining: exact('22.55'),
  expired: exact('0'),
  grantedAt: instant(NOW),
  expiresAt: null,
  draws: [],
}

const documents = Object.entries(DOCUMENTS)
const { id } = ORGANIZATION

export const deskOrganization: GalleryArea = {
  namespaces: ['deskForm'],
  states: [
    { name: 'OrganizationSearch', card: <OrganizationSearch query="hohenstein" /> },
    { name: 'OrganizationTable: a page of many', card: <OrganizationTable query="" rows={ROWS} /> },
    { name: 'OrganizationTable: nothing', card: <OrganizationTable query="" rows={[]} /> },
    { name: 'OrganizationTable: nothing found', card: <OrganizationTable query={LONG_NAME} rows={[]} /> },
    {
      name: 'OrganizationFacts: all of them',
      card: (
        <OrganizationFrame actions={<Visit member={newId('mem')} name={LONG_NAME} organization={id} primary />} organization={ORGANIZATION} section="overview">
          <OrganizationFacts organization={ORGANIZATION} />
        </OrganizationFrame>
      ),
    },
    { name: 'OrganizationData', card: <OrganizationData isAdmin later={null} organization={ORGANIZATION.id} /> },
    { name: 'OrganizationData: too soon', card: <OrganizationData isAdmin later={NOW} organization={ORGANIZATION.id} /> },
    { name: 'OrganizationData: no right', card: <OrganizationData isAdmin={false} later={null} organization={ORGANIZATION.id} /> },
    { name: 'OrganizationFacts: closed', card: <OrganizationFacts organization={CLOSED} /> },
    { name: 'Subscriptions: none', card: <Subscriptions subscriptions={[]} /> },
    { name: 'Subscriptions: in each state', card: <Subscriptions subscriptions={HOLDINGS} /> },
    { name: 'ResumePurchases: stopped', card: <ResumePurchases isAdmin organization={ORGANIZATION} /> },
    { name: 'ResumePurchases: no right', card: <ResumePurchases isAdmin={false} organization={ORGANIZATION} /> },
    { name: 'DeskActivity: lately', card: <DeskActivity entries={[{ ...SAMPLE_ENTRY, operator: LONG_MAIL }]} organization={id} /> },
    { name: 'DeskActivity: nothing', card: <DeskActivity entries={[]} organization={id} whole /> },
    {
      name: 'Balances',
      card: (
        <Card title="—">
          <Balances organization={ORGANIZATION} />
        </Card>
      ),
    },
    { name: 'AdjustCredit', card: <AdjustCredit isAdmin organization={ORGANIZATION} /> },
    { name: 'AdjustCredit: closed', card: <AdjustCredit isAdmin organization={CLOSED} /> },
    { name: 'TrustTier: no right', card: <TrustTier isAdmin={false} organization={ORGANIZATION} /> },
    { name: 'DeskGrants: none', card: <DeskGrants grants={[]} organization={ORGANIZATION} /> },
    {
      name: 'DeskGrants: several',
      card: (
        <DeskGrants
          grants={[GRANT, { ...GRANT, id: newId('grant'), source: 'adjustment', documentId: null, expired: exact('25'), expiresAt: instant(NOW) }]}
          organization={ORGANIZATION}
        />
      ),
    },
    { name: 'OwnPlans: none', card: <OwnPlans plans={[]} /> },
    { name: 'OwnPlans: one', card: <OwnPlans plans={[PLAN]} /> },
    { name: 'NewPlan: what it is based on', card: <NewPlan base={null} bases={[PLAN]} isAdmin organization={ORGANIZATION} /> },
    { name: 'NewPlan: what is different', card: <NewPlan base={PLAN} bases={[PLAN]} isAdmin organization={ORGANIZATION} /> },
    { name: 'DeskInvoices: none', card: <DeskInvoices organization={id} rows={[]} /> },
    { name: 'DeskInvoices: of each kind', card: <DeskInvoices organization={id} rows={documents.map(([, one]) => ({ ...one, id: newId('inv') }))} /> },
    { name: 'DeskPayments: none', card: <DeskPayments organization={id} rows={[]} /> },
    { name: 'DeskPayments: in each state', card: <DeskPayments organization={id} rows={PAYMENTS} /> },
    { name: 'DeskMembers: of each kind', card: <DeskMembers organization={id} rows={MEMBERS} /> },
    { name: 'DeskMessages: none', card: <DeskMessages rows={[]} /> },
    { name: 'DeskMessages: in each state', card: <DeskMessages rows={MESSAGES} /> },
    ...documents.slice(0, 6).map(([name, document]) => ({
      name: `InvoiceRepairs: ${name}`,
      card: <InvoiceRepairs document={document} isAdmin isClosed={false} organization={id} />,
    })),
    { name: 'PaymentFacts: refused', card: <PaymentFacts document={DOCUMENTS['the payment failed'] ?? DOCUMENT} payment={PAYMENTS[4] ?? PAYMENT} /> },
    { name: 'PaymentFacts: not needed', card: <PaymentFacts document={DOCUMENT} payment={null} /> },
  ],
}
