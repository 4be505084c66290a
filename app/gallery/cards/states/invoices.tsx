import { PayInvoice, RefundInvoice } from '@/components/invoices/invoice-actions'
import { InvoiceDocument } from '@/components/invoices/invoice-document'
import { InvoiceFilters } from '@/components/invoices/invoice-filters'
import { InvoiceTable } from '@/components/invoices/invoice-table'
import { PastOverage } from '@/components/invoices/past-overage'
import { invoicePath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import type { DocumentDetail } from '@/lib/billing/views/documents'
import { newId } from '@/lib/ids'
import { exact, minor } from '@/lib/money'
import { instant } from '@/lib/time'
import { ARABIC_NAME, type GalleryArea, JAPANESE_NAME, LONG_NAME, NOW, ORG, PERIOD } from '../state'

const line = (kind: DocumentDetail['lines'][number]['kind'], description: string, amount: number): DocumentDetail['lines'][number] => ({
  kind,
  description,
  amount: minor(amount),
  quantity: 1n,
  unitPrice: exact((amount / 100).toString()),
  rule: 'A6',
  formula: '$30.00 × 20 ÷ 30 = $20.00',
  inputs: { total_days: 30, unused_days: 20, at: NOW },
})
export const DOCUMENT: DocumentDetail = {
  id: newId('inv'),
  number: 'INV-000042',
  kind: 'renewal',
  status: 'paid',
  organizationId: newId('org'),
  subscriptionId: newId('sub'),
  product: 'api-calls',
  currency: 'usd',
  issuedAt: instant(NOW),
  paidAt: instant(NOW),
  period: { start: instant(PERIOD.start), end: instant(PERIOD.end) },
  lines: [line('plan', 'Basic, a period in advance', 10_00), line('overage', '10,000 calls over the limit of 1,000,000', 5_00)],
  total: minor(15_00),
  creditApplied: minor(4_80),
  carriedForward: minor(0),
  prepaidApplied: minor(0),
  amountDue: minor(10_20),
  amountPaid: minor(10_20),
  amountRefunded: minor(0),
  creditIssued: minor(0),
  differsBecause: [
    { code: 'usage', text: '$5.00 is for usage over the limit.' },
    { code: 'credit', text: '$4.80 of credit was applied.' },
  ],
  seller: { name: 'Example Inc.', address: '1 Main Street\nSpringfield, IL 62701', country: 'US', support: 'billing@example.com' },
  buyer: { name: LONG_NAME, address: 'Straße der Verwaltungsgemeinschaften 123\n10115 Berlin', country: 'DE', taxId: 'DE123456789' },
  language: 'en',
  payment: { state: 'collected', reason: null, reference: null, card: { brand: 'visa', last4: '4242' }, url: null, owed: true, nextTryAt: null },
  refundable: { amount: minor(10_20), windowClosesAt: instant(PERIOD.end) },
  related: [],
}
const OPEN = { status: 'open', paidAt: null, amountPaid: minor(0) } as const
export const DOCUMENTS: Record<string, DocumentDetail> = {
  'paid by card, with credit': DOCUMENT,
  'to a buyer with an Arabic name': { ...DOCUMENT, buyer: { name: ARABIC_NAME, address: 'شارع الملك فهد ١٢\nالرياض', country: 'SA' } },
  'to a buyer with a Japanese name': { ...DOCUMENT, buyer: { name: JAPANESE_NAME, address: '東京都千代田区丸の内 1-1', country: 'JP' } },
  'the payment failed': {
    ...DOCUMENT,
    ...OPEN,
    payment: { ...DOCUMENT.payment, state: 'refused', reason: 'card_declined', card: null, nextTryAt: instant(PERIOD.end) },
  },
  'the bank asks': { ...DOCUMENT, ...OPEN, payment: { ...DOCUMENT.payment, state: 'needs_customer', card: null, url: 'https://bank.example/confirm' } },
  'paid by bank transfer': { ...DOCUMENT, payment: { ...DOCUMENT.payment, card: null, reference: 'RF18 5390 0754 7034' } },
  'paid with credit alone': {
    ...DOCUMENT,
    amountDue: minor(0),
    amountPaid: minor(0),
    creditApplied: minor(15_00),
    payment: { ...DOCUMENT.payment, state: 'not_needed', card: null },
  },
  'refunded in part': { ...DOCUMENT, amountRefunded: minor(5_00) },
  disputed: { ...DOCUMENT, payment: { ...DOCUMENT.payment, state: 'disputed' } },
  void: { ...DOCUMENT, status: 'void', paidAt: null, amountPaid: minor(0) },
  uncollectible: { ...DOCUMENT, status: 'uncollectible', paidAt: null, amountPaid: minor(0) },
  'a pro-forma invoice': { ...DOCUMENT, ...OPEN, kind: 'pro_forma' },
  'a purchase of credit': {
    ...DOCUMENT,
    kind: 'purchase',
    product: null,
    period: null,
    lines: [line('prepaid_purchase', 'Credit, bought by auto-recharge', 25_00)],
    differsBecause: [],
  },
  'a credit note': {
    ...DOCUMENT,
    number: 'CN-000007',
    kind: 'credit_note',
    lines: [line('proration_credit', 'Unused time on Basic: 20 of 30 days', -6_67)],
    total: minor(-6_67),
    creditIssued: minor(6_67),
    related: [{ id: newId('inv'), number: 'INV-000042', issuedAt: instant(NOW), total: minor(15_00) }],
  },
  'lines of every kind': {
    ...DOCUMENT,
    lines: [
      line('proration_credit', 'Unused time on Professional: 21 of 30 days', -84_00),
      line('proration_charge', `${LONG_NAME} for the rest of the period: 20 of 30 days`, 20_00),
      line('seat_addition', '2 members joined and left on Basic: 1,004 of 10,950 days', 3_20),
      line('seat_removal', '1 member removed on Basic: 20 of 30 days', -6_00),
      line('adjustment', 'Late usage of 2026-01-01T00:00:00Z to 2026-01-31T00:00:00Z: 1,200 input tokens', 60),
      line('usage', '13,900,000 input tokens', 17_38),
      line('extra_usage', '2,480 screenshots over the limit of 10,000', 12_00),
    ],
    differsBecause: [
      'The plan changed from Basic to Pro.',
      'The interval changed from a month to a year.',
      '1 member was added: $10.00 for the time since.',
    ].map((text, code) => ({
      code: `${code}`,
      text,
    })),
  },
}
const many = Array.from({ length: 20 }, (_, index) => ({ ...DOCUMENT, id: newId('inv'), number: `INV-${String(10_000 - index).padStart(6, '0')}` }))
const PRODUCTS = [{ id: 'api-calls', name: LONG_NAME }]
const table = (documents: readonly DocumentDetail[], isNarrowed = false) => (
  <Card flush title="—">
    <InvoiceTable documents={documents} isNarrowed={isNarrowed} org={ORG} products={PRODUCTS} />
  </Card>
)

export const invoices: GalleryArea = {
  namespaces: ['invoices', 'plan'],
  states: [
    { name: 'InvoiceTable: nothing', card: table([]) },
    { name: 'InvoiceTable: nothing fits', card: table([], true) },
    { name: 'InvoiceTable: one of each', card: table(Object.values(DOCUMENTS).map((one) => ({ ...one, id: newId('inv') }))) },
    { name: 'InvoiceTable: a page of many', card: table(many) },
    ...Object.entries(DOCUMENTS).map(([name, document]) => ({
      name: `InvoiceDocument: ${name}`,
      card: <InvoiceDocument document={document} pathTo={(id) => invoicePath(ORG, id)} />,
    })),
    {
      name: 'InvoiceFilters: narrowed',
      card: (
        <Card flush title="—">
          <InvoiceFilters
            asked={{ state: 'open', kind: 'credit_note', year: '2026' }}
            isEmpty={false}
            org={ORG}
            products={PRODUCTS}
            years={[2026, 2025, 2024]}
          />
        </Card>
      ),
    },
    {
      name: 'PastOverage: a period',
      card: (
        <PastOverage
          org={ORG}
          overage={[
            {
              product: { id: 'api-calls', name: LONG_NAME },
              currency: 'usd',
              items: [{ ...PERIOD, plan: LONG_NAME, overage: 12_345_678n, unit: 'calls', amount: minor(12_345_678_00), invoice: newId('inv') }],
            },
          ]}
        />
      ),
    },
    { name: 'PayInvoice: open', card: <PayInvoice amountDue={minor(29_00)} currency="usd" invoice={newId('inv')} org={ORG} reason={null} /> },
    { name: 'PayInvoice: no right', card: <PayInvoice amountDue={minor(29_00)} currency="usd" invoice={newId('inv')} org={ORG} reason="—" /> },
    {
      name: 'RefundInvoice: the window is open',
      card: <RefundInvoice amount={minor(10_00)} currency="usd" invoice={newId('inv')} org={ORG} reason={null} windowClosesAt={PERIOD.end} />,
    },
  ],
}
