import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { uuidOf } from '../../ids'
import { grantLease } from '../../metering/grant-lease'
import { minor } from '../../money'
import { recordAndCharge, settleAndCharge } from '../flows/use'
import { plantedDifferences } from '../testing/planted'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getBooks, getOrganizationBooks } from '../views/books'
import { adjustCredit } from './adjust-credit'
import { checkOrganization, runBooks } from './run-books'

const stage = setStage()
let acme: Scenario

/** A life with something of everything: changes both ways, credit, overage, a declined card, late usage, refunds, alerts. */
beforeAll(async () => {
  acme = await scenario(stage, { plan: 'basic' })
  await acme.use(5_000)
  await acme.walkDays(10)
  await acme.change('pro')
  await acme.walkDays(7)
  await acme.change('basic')
  await acme.payWith('pm_card_chargeCustomerFail')
  expect(await acme.change('enterprise')).toMatchObject({ ok: true, value: { outcome: { type: 'declined' } } })
  await acme.payWith('pm_card_visa')
  expect(await acme.change('enterprise')).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
  await acme.walkTo('2026-01-31T00:00:00Z')
  await acme.use(1_010_000)
  await acme.walkTo('2026-03-02T00:00:00Z')
  await acme.use(2_000, { at: '2026-02-20T00:00:00Z' })
  await acme.walkTo('2026-04-01T00:00:00Z')
  const { id } = await acme.latestDocument()
  expect(await acme.refund(id, 10_00)).toMatchObject({ ok: true })
  const { organizationId } = acme
  await acme.step(() => first((context) => adjustCredit(context, { organizationId, amount: minor(3_00), reason: 'A kindness' })))
}, 60_000)

const differencesAfter = (plant: string, { organizationId } = acme) => plantedDifferences({ stage, organizationId }, plant)

describe('the books', () => {
  it('balance after a life with something of everything', async () => {
    expect(await inEngine((tx) => getOrganizationBooks(tx, acme.organizationId))).toMatchObject({ balanced: true, differences: [] })
    const kinds = (await acme.documents()).map(({ series, kind, status }) => `${series} ${kind} ${status}`)
    expect(new Set(kinds)).toEqual(new Set(['invoice renewal paid', 'invoice change paid', 'credit_note change paid', 'invoice change void']))
  })

  it.each([
    {
      check: 'ledger_transaction',
      plant: `UPDATE ledger_postings SET amount = amount + 0.01 WHERE (organization_id, source, account) = (SELECT organization_id, source, account FROM ledger_postings WHERE organization_id = $organization AND account = 'revenue' LIMIT 1)`,
    },
    { check: 'ledger_posting', plant: `UPDATE ledger_postings SET amount = amount * 2 WHERE organization_id = $organization AND source LIKE 're_%'` },
    {
      check: 'ledger_posting',
      plant: `UPDATE ledger_postings SET source = source || '-twice' WHERE organization_id = $organization AND source LIKE '%:voided'`,
    },
    {
      check: 'receivable',
      plant: `UPDATE ledger_postings SET account = 'refunds' WHERE organization_id = $organization AND account = 'receivable' AND source LIKE '%:issued' AND amount = 10`,
    },
    { check: 'cash', plant: `UPDATE refunds SET state = 'failed' WHERE organization_id = $organization` },
    {
      check: 'customer_credit',
      plant: `UPDATE credit_grants SET remaining = remaining + 1, amount = amount + 1 WHERE organization_id = $organization AND source = 'credit_note'`,
    },
    {
      check: 'ledger_posting',
      plant: `UPDATE credit_grants SET amount = amount + 1, remaining = remaining + 1 WHERE organization_id = $organization AND source = 'adjustment'`,
    },
    { check: 'ledger_posting', plant: `DELETE FROM ledger_postings WHERE organization_id = $organization AND account = 'adjustments'` },
    { check: 'cash', plant: `UPDATE payments SET state = 'disputed', dispute_lost = 100 WHERE organization_id = $organization AND state = 'collected'` },
    {
      check: 'ledger_posting',
      plant: `UPDATE payments SET state = 'disputed', dispute_lost = 100 WHERE organization_id = $organization AND state = 'collected'`,
    },
    {
      check: 'document_status',
      plant: `UPDATE payments SET state = 'disputed', dispute_lost = 100 WHERE organization_id = $organization AND state = 'collected'`,
    },
    { check: 'dispute', plant: `UPDATE payments SET state = 'disputed' WHERE organization_id = $organization AND state = 'collected'` },
    {
      check: 'dispute',
      plant: `INSERT INTO disputes (organization_id, payment_id, dispute_ref, state, amount, created_at) SELECT organization_id, id, id::text, 'lost', 100, now() FROM payments WHERE organization_id = $organization AND state = 'collected'`,
    },
    { check: 'cash', plant: `UPDATE credit_grants SET source = 'orphan_payment' WHERE organization_id = $organization AND source = 'adjustment'` },
    {
      check: 'plan_invoice',
      plant: `UPDATE documents SET status = 'void', kind = 'pro_forma' WHERE organization_id = $organization AND period_start = (SELECT period_start FROM subscriptions WHERE organization_id = $organization)`,
    },
    {
      check: 'waiting_action',
      plant: `UPDATE documents SET status = 'open', kind = 'pro_forma' WHERE organization_id = $organization AND kind = 'renewal' AND period_start = '2026-01-31T00:00Z'`,
    },
    { check: 'credit_grant', plant: `UPDATE credit_grants SET remaining = remaining + 1 WHERE organization_id = $organization` },
    { check: 'document_credit', plant: `UPDATE credit_uses SET released_at = NULL WHERE organization_id = $organization AND released_at IS NOT NULL` },
    { check: 'document_credit', plant: `UPDATE credit_uses SET amount = amount - 1 WHERE organization_id = $organization AND released_at IS NULL` },
    { check: 'document_grant', plant: `DELETE FROM credit_grants WHERE organization_id = $organization AND source = 'credit_note'` },
    { check: 'document_total', plant: `UPDATE document_lines SET amount = amount + 1 WHERE organization_id = $organization AND kind = 'overage'` },
    { check: 'document_figures', plant: `UPDATE documents SET amount_due = amount_due + 1 WHERE organization_id = $organization AND kind = 'renewal'` },
    { check: 'document_status', plant: `UPDATE documents SET status = 'open' WHERE organization_id = $organization AND kind = 'renewal'` },
    { check: 'document_status', plant: `UPDATE payments SET state = 'refused' WHERE organization_id = $organization AND state = 'collected'` },
    { check: 'document_payment', plant: `UPDATE payments SET amount = amount - 1 WHERE organization_id = $organization` },
    { check: 'document_cash', plant: `UPDATE documents SET amount_paid = amount_paid + 1 WHERE organization_id = $organization AND status = 'paid'` },
    { check: 'document_cash', plant: `UPDATE documents SET amount_refunded = 0 WHERE organization_id = $organization AND amount_refunded > 0` },
    { check: 'refund', plant: `UPDATE refunds SET amount = amount * 1000 WHERE organization_id = $organization` },
    { check: 'document_number', plant: `UPDATE documents SET number = NULL WHERE organization_id = $organization AND kind = 'renewal'` },
    {
      check: 'waiting_action',
      plant: `UPDATE pending_actions SET state = 'waiting' WHERE organization_id = $organization AND document_id = (SELECT document_id FROM pending_actions WHERE organization_id = $organization AND state = 'dropped' LIMIT 1)`,
    },
    {
      check: 'plan_invoice',
      plant: `UPDATE documents SET status = 'void' WHERE organization_id = $organization AND period_start = (SELECT period_start FROM subscriptions WHERE organization_id = $organization)`,
    },
    { check: 'plan_invoice', plant: `UPDATE subscriptions SET period_start = period_start + interval '1 day' WHERE organization_id = $organization` },
    { check: 'period', plant: `DELETE FROM subscription_periods WHERE organization_id = $organization AND period_start = '2026-01-31T00:00Z'` },
    { check: 'usage_events', plant: `UPDATE usage_segments SET units = units + 1 WHERE organization_id = $organization AND units > 0` },
    { check: 'usage_events', plant: `DELETE FROM usage_events WHERE organization_id = $organization AND quantity = 2000` },
    {
      check: 'sealed_usage',
      plant: `UPDATE usage_segments SET sealed_units = units + 1, sealed_at = now() WHERE organization_id = $organization AND units > 0`,
    },
    { check: 'usage_rollup', plant: `UPDATE usage_rollups SET quantity = quantity + 1 WHERE organization_id = $organization` },
    {
      check: 'usage_rollup',
      plant: `UPDATE usage_rollups SET days[array_upper(days, 1)] = days[array_upper(days, 1)] + 1 WHERE organization_id = $organization`,
    },
    { check: 'billed_usage', plant: `UPDATE usage_segments SET billed_units = 0 WHERE organization_id = $organization AND billed_units > 0` },
    { check: 'billed_usage', plant: `UPDATE usage_segments SET billed_amount = billed_amount + 1 WHERE organization_id = $organization AND billed_units > 0` },
    {
      check: 'overage_history',
      plant: `UPDATE subscription_periods SET overage_amount = overage_amount + 1 WHERE organization_id = $organization AND overage_units > 0`,
    },
    { check: 'alert', plant: `UPDATE usage_alerts SET used_units = 1 WHERE organization_id = $organization` },
    { check: 'alert', plant: `UPDATE usage_alerts SET limit_units = limit_units - 1 WHERE organization_id = $organization` },
  ])('find a planted difference: $check ($plant)', async ({ check, plant }) => {
    const found = await differencesAfter(plant)
    expect(found.map((difference) => difference.check)).toContain(check)
    for (const { about, expected, found: seen } of found) {
      expect(about).not.toBe('')
      expect(expected).not.toBe(seen)
    }
  })

  it('find usage that was not told of', async () => {
    const busy = await scenario(stage, { plan: 'basic' })
    await busy.use(25_000)
    const client = new pg.Client({ connectionString: stage.database.ownerUrl })
    await client.connect()
    await client.query('DELETE FROM usage_alerts WHERE organization_id = $1', [uuidOf('org', busy.organizationId)])
    await client.end()
    expect(await inEngine((tx) => checkOrganization(tx, busy.organizationId))).toMatchObject([
      { check: 'alert_missing', about: expect.stringContaining('80 %') },
    ])
  })

  it('find what gateways have settled beyond their leases, blocks that no invoice bills, and events that were ignored and count (G61, S7, S2)', async () => {
    const shots = await scenario(stage, { product: 'screenshots', plan: 'growth' })
    await shots.setLimits({ hardLimit: 15_000n })
    await shots.use(10_001, { meter: 'screenshots' })
    const { organizationId } = shots
    const lease = await first((context) => grantLease(context, { organizationId, meter: 'screenshots', quantity: 10n, ttlSeconds: 60 }))
    if (!lease.ok || lease.value.id === null) throw new Error('nothing was granted')
    await settleAndCharge(shots.flow, { organizationId, leaseId: lease.value.id, used: 10n })
    const cached = { id: 'from-cache', organizationId, meter: 'screenshots', quantity: 7n, timestamp: null, key: null, properties: { cached: true } }
    await shots.step(() => recordAndCharge(shots.flow, [cached]))
    const checks = async (plant: string) => (await differencesAfter(plant, shots)).map(({ check }) => check)
    expect(await checks(`UPDATE usage_leases SET settled_units = 11 WHERE organization_id = $organization`)).toEqual(['lease'])
    expect(await checks(`UPDATE usage_leases SET settled_at = NULL WHERE organization_id = $organization`)).toEqual(['lease'])
    expect(await checks(`UPDATE usage_leases SET settled_units = 20000, granted = 20000 WHERE organization_id = $organization`)).toEqual(['lease_usage'])
    expect(await checks(`UPDATE usage_events SET billable = true WHERE organization_id = $organization`)).toEqual(['usage_events'])
    expect(await checks(`UPDATE usage_segments SET billed_units = 0 WHERE organization_id = $organization`)).toContain('billed_usage')
    expect(await checks(`UPDATE document_lines SET quantity = quantity * 2 WHERE organization_id = $organization AND kind = 'extra_usage'`)).toContain(
      'billed_usage',
    )
  })

  it('find a billing month that was billed above its cap, late usage included (B6)', async () => {
    const capped = await scenario(stage, { product: 'scrape-credits', plan: 'scaling' })
    await capped.setLimits({ payAsYouGo: { enabled: true, cap: minor(10_00) } })
    await capped.use(5_105_263)
    await capped.setLimits({ payAsYouGo: { enabled: true, cap: minor(9_00) } })
    await capped.walkTo('2026-02-01T00:00:00Z')
    expect(await differencesAfter(`UPDATE subscriptions SET anchor = anchor WHERE organization_id = $organization`, capped)).toEqual([])
    const checks = async (plant: string) => (await differencesAfter(plant, capped)).map(({ check }) => check)
    expect(await checks(`UPDATE document_lines SET amount = amount + 1 WHERE organization_id = $organization AND kind = 'extra_usage'`)).toContain(
      'spending_cap',
    )
    expect(await checks(`UPDATE audit_log SET after = after || '{"cap": "999"}' WHERE organization_id = $organization AND action = 'limits.updated'`)).toEqual([
      'spending_cap',
    ])
  })

  it('name what is wrong, with both figures', async () => {
    const [difference] = await differencesAfter(`UPDATE documents SET amount_refunded = 999 WHERE organization_id = $organization AND amount_refunded > 0`)
    const { id } = await acme.latestDocument()
    expect(difference).toEqual({ organization: acme.organizationId, check: 'document_cash', about: `${id} amount_refunded`, expected: '1000', found: '999' })
  })

  it('of everybody are kept as a run, with the gapless numbers of all', async () => {
    const run = await runBooks()
    expect(run.organizations).toBeGreaterThanOrEqual(2)
    expect(run.entries).toBeGreaterThan(20)
    expect(run.differences.map(({ check }) => check)).toEqual(['alert_missing']) // Planted above.
    expect(await inEngine((tx) => getBooks(tx))).toMatchObject({ balanced: false, entries: run.entries })

    const client = new pg.Client({ connectionString: stage.database.ownerUrl })
    await client.connect()
    await client.query(`UPDATE document_series SET next = next + 1 WHERE series = 'invoice'`)
    const gap = await runBooks()
    await client.query(`UPDATE document_series SET next = next - 1 WHERE series = 'invoice'`)
    await client.end()
    expect(gap.differences[0]).toMatchObject({ organization: 'all', check: 'document_series', about: 'invoice' })
  })
})
