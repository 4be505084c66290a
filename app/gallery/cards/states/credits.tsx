import { AutoRecharge } from '@/components/credits/auto-recharge'
import { Balance } from '@/components/credits/balance'
import { Contribute } from '@/components/credits/contribute'
import { AccountGrants, Lots, Movements } from '@/components/credits/tables'
import { Card } from '@/components/ui/card'
import type { CreditsPageView, LotView, MovementView } from '@/lib/billing/views/credits-page'
import { newId } from '@/lib/ids'
import { exact, minor } from '@/lib/money'
import { type GalleryArea, LONG_NAME, NOW, ORG, PERIOD } from '../state'

type Bought = NonNullable<CreditsPageView['bought']>

const RECHARGE = { enabled: true, threshold: minor(10_00), amount: minor(25_00), monthlyLimit: minor(100_00), failuresInARow: 0 }
export const BOUGHT: Bought = {
  balance: exact('42.55'),
  product: { id: 'model-tokens', name: 'Model tokens' },
  pays: 'usage',
  runsOutAt: PERIOD.end,
  lots: { rows: [], next: null },
  movements: [],
  minimum: minor(5_00),
  maximum: minor(100_00),
  recharge: RECHARGE,
  lastPurchase: null,
}
export const VIEW: CreditsPageView = {
  currency: 'usd',
  hasPaymentMethod: true,
  account: { balance: minor(0), grants: { rows: [], next: null } },
  bought: BOUGHT,
  personalCredit: minor(12_00),
}
const BALANCES: Record<string, Partial<Bought>> = {
  'drawn down, refilled by itself': {},
  'drawn down, not refilled': { recharge: null },
  'exact to the last decimal': { balance: exact('449.94238125') },
  'lasts longer than can be told': { runsOutAt: null },
  'used up': { balance: exact('0'), runsOutAt: null },
  owed: { balance: exact('-2.5'), runsOutAt: null },
  'pays the next invoice': { pays: 'invoice', runsOutAt: null },
  'pays for nothing that is held': { pays: 'nothing', balance: exact('0'), runsOutAt: null, product: { id: 'long', name: LONG_NAME } },
}
const LOT: LotView = {
  id: newId('grant'),
  source: 'purchase',
  documentId: newId('inv'),
  amount: exact('25'),
  remaining: exact('22.55'),
  expired: exact('0'),
  grantedAt: '2026-05-01T00:00:00Z',
  expiresAt: '2027-05-01T00:00:00Z',
  state: 'live',
}
const LOTS: LotView[] = [
  LOT,
  { ...LOT, id: newId('grant'), source: 'auto_recharge', remaining: exact('0'), state: 'used' },
  { ...LOT, id: newId('grant'), expired: exact('3.25'), remaining: exact('0'), state: 'expired' },
]
const GRANTS: LotView[] = (['credit_note', 'adjustment', 'contribution', 'released'] as const).map((source) => ({
  ...LOT,
  id: newId('grant'),
  source,
  expiresAt: null,
}))
const MOVEMENTS: MovementView[] = [
  { id: '0', on: null, type: 'owed', amount: exact('-2.5'), balance: exact('-2.5'), unit: null, documentId: null },
  { id: '1', on: '2026-05-19', type: 'used', amount: exact('-1.08681125'), balance: exact('0'), unit: 'input tokens', documentId: null },
  { id: '2', on: '2026-05-18', type: 'invoice', amount: exact('-5'), balance: exact('1.08681125'), unit: null, documentId: newId('inv') },
  { id: '3', on: NOW, type: 'bought', amount: exact('25'), balance: exact('6.08681125'), unit: null, documentId: null },
  { id: '4', on: '2026-05-01T00:00:00Z', type: 'expired', amount: exact('-3.25'), balance: exact('-18.91318875'), unit: null, documentId: null },
  { id: '5', on: '2026-04-30', type: 'went_back', amount: exact('-4'), balance: exact('-15.66318875'), unit: null, documentId: null },
]
const recharge = (facts: Partial<Bought>, isOwner = true) => <AutoRecharge bought={{ ...BOUGHT, ...facts }} isOwner={isOwner} org={ORG} view={VIEW} />
const table = (children: React.ReactNode) => (
  <Card flush title="—">
    {children}
  </Card>
)

export const credits: GalleryArea = {
  namespaces: ['credits', 'plan'],
  states: [
    ...Object.entries(BALANCES).map(([name, facts]) => {
      const bought = { ...BOUGHT, ...facts }
      return { name: `Balance: ${name}`, card: <Balance bought={bought} mayBuy org={ORG} view={{ ...VIEW, bought }} /> }
    }),
    { name: 'Balance: no right to buy', card: <Balance bought={BOUGHT} mayBuy={false} org={ORG} view={VIEW} /> },
    { name: 'Balance: no card', card: <Balance bought={BOUGHT} mayBuy org={ORG} view={{ ...VIEW, hasPaymentMethod: false }} /> },
    { name: 'AutoRecharge: on', card: recharge({}) },
    { name: 'AutoRecharge: off', card: recharge({ recharge: null }) },
    { name: 'AutoRecharge: switched itself off', card: recharge({ recharge: { ...RECHARGE, enabled: false, failuresInARow: 3 } }) },
    { name: 'AutoRecharge: without a ceiling', card: recharge({ recharge: { ...RECHARGE, monthlyLimit: null } }) },
    { name: 'AutoRecharge: sleeps on this plan', card: recharge({ pays: 'invoice' }) },
    { name: 'AutoRecharge: not the owner', card: recharge({}, false) },
    { name: 'Lots: nothing', card: table(<Lots canSeeInvoices currency="usd" org={ORG} rows={[]} />) },
    { name: 'Lots: live, used up, expired', card: table(<Lots canSeeInvoices currency="usd" org={ORG} rows={LOTS} />) },
    { name: 'Movements: of each kind', card: table(<Movements canSeeInvoices currency="usd" org={ORG} rows={MOVEMENTS} />) },
    { name: 'AccountGrants: nothing', card: table(<AccountGrants canSeeInvoices currency="usd" org={ORG} rows={[]} />) },
    {
      name: 'AccountGrants: of each source, no right to see invoices',
      card: table(<AccountGrants canSeeInvoices={false} currency="usd" org={ORG} rows={GRANTS} />),
    },
    { name: 'Contribute: some to give', card: <Contribute org={ORG} view={VIEW} /> },
  ],
}
