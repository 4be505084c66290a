import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine, type Transaction } from '@/db/client'
import * as schema from '@/db/schema'
import { uuidOf } from '../../ids'
import { minor } from '../../money'
import { buy } from '../testing/prepaid'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { listCreditMovements } from '../views/credit-movements'
import { contributeCredit, grantPersonalCredit } from './personal-credit'
import { checkOrganization } from './run-books'

const stage = setStage()
let acme: Scenario
let monthly: Scenario

/** Lots that were drawn, have paid a debt and have expired; one that has paid an invoice; credit of a member's own. */
beforeAll(async () => {
  acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
  await acme.use(300_000, { meter: 'output_tokens' })
  await buy(acme, 20_00)
  await acme.use(200_000, { meter: 'output_tokens' })
  await acme.walkDays(200)
  await buy(acme, 10_00)
  await acme.walkDays(170)
  await acme.use(1_100_000, { meter: 'output_tokens' })
  const [member] = await inEngine((tx) => tx.select().from(schema.members).where(eq(schema.members.organizationId, acme.organizationId)))
  if (!member) throw new Error('nobody is here')
  const given = { organizationId: acme.organizationId, memberId: member.id, amount: minor(5_00) }
  await acme.step(() => first((context) => grantPersonalCredit(context, given)))
  await acme.step(() => first((context) => contributeCredit(context, { ...given, amount: minor(2_00) })))

  monthly = await scenario(stage, { product: 'model-tokens', plan: 'monthly' })
  await buy(monthly, 5_00)
  await monthly.use(800_000, { meter: 'output_tokens' })
  await monthly.walkDays(31)
}, 60_000)

async function differencesAfter(plant: string, { organizationId } = acme): Promise<string[]> {
  const client = new pg.Client({ connectionString: stage.database.ownerUrl })
  await client.connect()
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica')
    const { rowCount } = await client.query(plant.replaceAll('$organization', `'${uuidOf('org', organizationId)}'`))
    expect(rowCount, 'the plant took').toBeGreaterThan(0)
    const found = await checkOrganization(drizzle({ client, schema, casing: 'snake_case' }) as unknown as Transaction, organizationId)
    return found.map(({ check }) => check)
  } finally {
    await client.query('ROLLBACK')
    await client.end()
  }
}

describe('the books of bought credit', () => {
  it('balance, and every movement leads to what is left (P8)', async () => {
    for (const life of [acme, monthly]) expect(await inEngine((tx) => checkOrganization(tx, life.organizationId))).toEqual([])
    const movements = await inEngine((tx) => listCreditMovements(tx, acme.organizationId, 50))
    expect(movements.map(({ type }) => type)).toEqual(['owed', 'used', 'expired', 'bought', 'used', 'owed', 'bought'])
    expect(movements[0]?.balance).toBe(-1_000_000_000_000n)
    const first = movements.at(-1)
    expect(first?.balance, 'carried back to the first purchase, nothing is unexplained').toBe(first?.amount)
    expect(await inEngine((tx) => listCreditMovements(tx, acme.organizationId, 3)), 'a shorter list is the same list').toEqual(movements.slice(0, 3))
  })

  it.each([
    { check: 'prepaid_grant', plant: `UPDATE prepaid_grants SET remaining = remaining + 1 WHERE organization_id = $organization` },
    { check: 'prepaid', plant: `UPDATE prepaid_accounts SET debt_posted = debt_posted + 1 WHERE organization_id = $organization` },
    { check: 'prepaid_usage', plant: `UPDATE prepaid_accounts SET debt = debt + 0.000000000001 WHERE organization_id = $organization` },
    { check: 'prepaid_usage', plant: `UPDATE usage_segments SET unit_price = unit_price * 2 WHERE organization_id = $organization AND units > 0` },
    {
      check: 'prepaid_usage',
      plant: `UPDATE prepaid_draws SET amount = amount + 1, posted = posted + 1 WHERE organization_id = $organization AND meter = 'output_tokens'`,
    },
    { check: 'ledger_posting', plant: `UPDATE prepaid_draws SET posted = 0 WHERE organization_id = $organization AND posted > 0 AND meter = 'output_tokens'` },
    { check: 'ledger_posting', plant: `UPDATE ledger_postings SET amount = amount * 2 WHERE organization_id = $organization AND source LIKE '%:expired:%'` },
    {
      check: 'ledger_posting',
      plant: `UPDATE ledger_postings SET account = 'revenue' WHERE organization_id = $organization AND account = 'prepaid' AND source LIKE '%:issued'`,
    },
    { check: 'prepaid_purchase', plant: `UPDATE prepaid_grants SET amount = amount - 1, remaining = 0 WHERE organization_id = $organization` },
    { check: 'prepaid_purchase', plant: `UPDATE documents SET status = 'open' WHERE organization_id = $organization AND kind = 'purchase'` },
    { check: 'personal_credit', plant: `UPDATE members SET personal_credit = personal_credit + 1 WHERE organization_id = $organization` },
    { check: 'ledger_posting', plant: `UPDATE credit_grants SET amount = amount + 1 WHERE organization_id = $organization AND source = 'contribution'` },
  ])('find a planted difference: $check ($plant)', async ({ check, plant }) => {
    expect(await differencesAfter(plant)).toContain(check)
  })

  it.each([
    {
      check: 'document_prepaid',
      plant: `UPDATE prepaid_draws SET amount = amount - 1, posted = posted - 1 WHERE organization_id = $organization AND meter LIKE 'inv\\_%'`,
    },
    {
      check: 'document_prepaid',
      plant: `UPDATE documents SET prepaid_applied = prepaid_applied - 1 WHERE organization_id = $organization AND prepaid_applied > 0`,
    },
    { check: 'billed_usage', plant: `UPDATE usage_segments SET billed_units = 0 WHERE organization_id = $organization AND billed_units > 0` },
    {
      check: 'overage_history',
      plant: `UPDATE subscription_periods SET overage_amount = overage_amount + 1 WHERE organization_id = $organization AND overage_units > 0`,
    },
  ])('find a planted difference of a monthly plan: $check ($plant)', async ({ check, plant }) => {
    expect(await differencesAfter(plant, monthly)).toContain(check)
  })
})
