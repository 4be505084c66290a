import type { DocumentDetail } from '../../billing/views/documents'
import { newId } from '../../ids'
import { exact, minor } from '../../money'
import { instant } from '../../time'

/** An invoice of a period of 30 days, paid by card; for tests of how documents are printed. */
export function paidInvoice(facts: Partial<DocumentDetail> = {}): DocumentDetail {
  return {
    id: newId('inv'),
    number: 'INV-000042',
    kind: 'renewal',
    status: 'paid',
    organizationId: newId('org'),
    subscriptionId: newId('sub'),
    product: 'api-calls',
    currency: 'usd',
    issuedAt: instant('2026-05-01T00:00:00Z'),
    paidAt: instant('2026-05-02T08:00:00Z'),
    period: { start: instant('2026-05-01T00:00:00Z'), end: instant('2026-05-31T00:00:00Z') },
    lines: [planLine(), overageLine()],
    total: minor(105_00),
    creditApplied: minor(6_67),
    carriedForward: minor(0),
    prepaidApplied: minor(0),
    amountDue: minor(98_33),
    amountPaid: minor(98_33),
    amountRefunded: minor(0),
    creditIssued: minor(0),
    differsBecause: [
      { code: 'usage', text: '$5.00 is for usage over the limit.' },
      { code: 'credit_applied', text: '$6.67 of credit was applied.' },
    ],
    seller: {
      name: 'Example GmbH',
      address: 'Hauptstraße 1\n10115 Berlin',
      country: 'DE',
      taxId: 'DE123456789',
      support: 'billing@example.com',
      bankDetails: 'Example Bank\nIBAN DE02 1203 0000 0000 2020 51',
    },
    buyer: { name: 'Acme, Inc.', address: '1 Main Street\nSpringfield', country: 'US', taxId: '12-3456789' },
    language: 'en',
    payment: { state: 'collected', reason: null, reference: null, card: { brand: 'visa', last4: '4242' }, url: null, owed: true, nextTryAt: null },
    refundable: null,
    related: [],
    ...facts,
  }
}

type Line = DocumentDetail['lines'][number]

export function planLine(description = 'Enterprise, a period in advance'): Line {
  return {
    kind: 'plan',
    description,
    amount: minor(100_00),
    quantity: 1n,
    unitPrice: exact('100'),
    rule: 'C11',
    formula: '$100.00 × 1 = $100.00',
    inputs: { plan: 'enterprise', price: '100.00' },
  }
}

function overageLine(): Line {
  return {
    kind: 'overage',
    description: '10,000 calls over the limit of 1,000,000',
    amount: minor(5_00),
    quantity: 10_000n,
    unitPrice: exact('0.0005'),
    rule: 'A3',
    formula: '10,000 × $0.0005 = $5.00',
    inputs: { meter: 'calls', extra_units: 10_000 },
  }
}
