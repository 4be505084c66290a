import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inWeb } from '../../../db/client'
import { rowsRead } from '../../../db/testing-rows-read'
import { type GrantId, newId, uuidOf } from '../../ids'
import { buy } from '../testing/prepaid'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getCreditsPage, type LotPage } from './credits-page'

const stage = setStage()
const FIRST = { lotsBefore: null, grantsBefore: null }
const OUTPUT = { meter: 'output_tokens' }
/** One dollar's worth. */
const DOLLAR = 100_000

/** As the page reads it: under the web role of the organization. */
async function pageOf({ organizationId }: Scenario, place: { lotsBefore: GrantId | null; grantsBefore: GrantId | null } = FIRST) {
  const page = await inWeb({ organizationId }, (tx) => getCreditsPage(tx, organizationId, { viewer: newId('mem'), ...place }))
  if (!page?.bought) throw new Error('credit is sold')
  return { ...page, bought: page.bought }
}

describe('the credits page', () => {
  it('says when the balance runs out at the pace of the period (P6)', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid', from: '2026-01-01T00:00:00Z' })
    await buy(acme, 20_00)
    await acme.walkDays(4)
    await acme.use(8 * DOLLAR, OUTPUT) // $2.00 a day, and $12.00 are left.
    expect((await pageOf(acme)).bought).toMatchObject({ pays: 'usage', runsOutAt: '2026-01-11T00:00:00Z', product: { id: 'model-tokens' } })
  })

  it('tells what the credit pays for: an invoice at the month’s end, or nothing that the organization has', async () => {
    const monthly = await scenario(stage, { product: 'model-tokens', plan: 'monthly' })
    expect((await pageOf(monthly)).bought).toMatchObject({ pays: 'invoice', runsOutAt: null })
    const other = await scenario(stage, { product: 'team-seats', plan: 'basic' })
    expect((await pageOf(other)).bought).toMatchObject({ pays: 'nothing', runsOutAt: null, balance: 0n })
  })

  it('reads little more than it shows after three years of purchases and use, and its lists go on page by page', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await buy(acme, 5_00)
    await growOld(acme)
    const { organizationId } = acme
    const read = await rowsRead(['prepaid_draws', 'prepaid_grants'], (tx) => getCreditsPage(tx, organizationId, { viewer: newId('mem'), ...FIRST }))
    expect(read).toBeLessThan(200)

    const seen: string[] = []
    let before: GrantId | null = null
    for (let page = 1; page <= 3; page++) {
      const lots: LotPage = (await pageOf(acme, { lotsBefore: before, grantsBefore: null })).bought.lots
      seen.push(...lots.rows.map(({ id }) => id))
      before = lots.next
    }
    expect(new Set(seen).size, 'three full pages, none of which repeats another').toBe(60)
    expect(seen, 'the newest first').toEqual(seen.toSorted().reverse())
  })
})

const LOTS = 2_000
const DAYS = 1_000

/** Lots that are used up, a thousand days on which two meters drew on one of them. */
async function growOld({ organizationId }: Scenario): Promise<void> {
  const owner = new Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  try {
    const org = uuidOf('org', organizationId)
    await owner.query(
      `INSERT INTO prepaid_grants SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid(), 'remaining', 0))).*
         FROM prepaid_grants g, generate_series(1, $2) WHERE organization_id = $1`,
      [org, LOTS],
    )
    await owner.query(
      `INSERT INTO prepaid_draws (organization_id, grant_id, day, meter, amount, posted)
         SELECT $1::uuid, (SELECT id FROM prepaid_grants WHERE organization_id = $1::uuid LIMIT 1), date '2023-01-01' + day, meter, 0.005, 0.005
           FROM generate_series(1, $2::int) day, unnest(ARRAY['input_tokens', 'output_tokens']) meter`,
      [org, DAYS],
    )
    await owner.query('ANALYZE prepaid_grants')
    await owner.query('ANALYZE prepaid_draws')
  } finally {
    await owner.end()
  }
}
