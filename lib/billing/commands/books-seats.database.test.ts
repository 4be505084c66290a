import { beforeAll, describe, expect, it } from 'vitest'
import { plantedDifferences } from '../testing/planted'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addTo, removeFrom, someMember } from '../testing/team'

const stage = setStage()
let acme: Scenario

/** Who came and went, reviewed twice, with a change of plan between; somebody is on the tab. Balanced after each step. */
beforeAll(async () => {
  acme = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year', members: 4, from: '2026-01-01T00:00:00Z' })
  await addTo(acme)
  await acme.walkTo('2026-01-10T00:00:00Z')
  await removeFrom(acme, await someMember(acme))
  const guest = await addTo(acme)
  await acme.walkTo('2026-01-20T00:00:00Z')
  await removeFrom(acme, guest)
  await acme.walkTo('2026-02-10T00:00:00Z')
  await addTo(acme)
  expect(await acme.change('professional')).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
  await addTo(acme)
  await acme.walkTo('2026-03-01T00:00:00Z')
  await removeFrom(acme, await someMember(acme))
  await acme.walkTo('2026-04-01T00:00:00Z')
  await addTo(acme)
}, 60_000)

describe('the books of seats', () => {
  it.each([
    { check: 'seats', plant: `UPDATE members SET removed_at = now() WHERE organization_id = $organization AND role = 'owner'` },
    { check: 'seats', plant: `UPDATE seat_changes SET settled_at = at WHERE organization_id = $organization AND settled_at IS NULL` },
    { check: 'seats', plant: `UPDATE subscriptions SET seats_paid = seats_paid - 1 WHERE organization_id = $organization` },
    { check: 'seats_paid', plant: `UPDATE subscriptions SET seats_paid = seats_paid + 1 WHERE organization_id = $organization` },
    { check: 'seats_paid', plant: `UPDATE document_lines SET quantity = quantity + 1 WHERE organization_id = $organization AND kind = 'proration_charge'` },
    { check: 'seats_paid', plant: `DELETE FROM document_lines WHERE organization_id = $organization AND kind = 'seat_removal'` },
    { check: 'seat_lines', plant: `DELETE FROM seat_changes WHERE organization_id = $organization AND settled_at IS NOT NULL` },
    { check: 'seat_lines', plant: `UPDATE document_lines SET quantity = quantity + 1 WHERE organization_id = $organization AND kind = 'seat_addition'` },
  ])('find $plant', async ({ check, plant }) => {
    expect((await plantedDifferences(acme, plant)).map((difference) => difference.check)).toContain(check)
  })
})
