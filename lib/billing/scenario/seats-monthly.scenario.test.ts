import { describe, expect, it } from 'vitest'
import { voidAndWithdraw } from '../flows/repairs'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addTo, giveRole, removeFrom, someMember } from '../testing/team'

/**
 * The vendor's worked examples of its monthly plan, with its own figures and dates: ten members on Basic at $12 from 20 May;
 * and what the rules have decided beside them.
 */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const MAY_20 = '2026-05-20T00:00:00Z'
const MAY_25 = '2026-05-25T00:00:00Z'
const JUNE_20 = '2026-06-20T00:00:00Z'
const JULY_20 = '2026-07-20T00:00:00Z'

const team = (facts: Parameters<typeof scenario>[1] = {}) => scenario(stage, { product: 'team-seats', plan: 'basic', members: 9, from: MAY_20, ...facts })

/** Issued at that instant, in order. */
async function issuedAt(life: Scenario, at: string) {
  return (await life.documents()).filter(({ issuedAt }) => issuedAt.toString() === at)
}

describe('team-seats by the month', () => {
  it('T1: 10 members at $12 from 20 May, one joins on 25 May: 20 June is $132 + $10 = $142', async () => {
    const acme = await team()
    expect(await issuedAt(acme, MAY_20)).toMatchObject([{ amountPaid: 120_00n, lines: [{ quantity: 10n, formula: '$12.00 × 10 = $120.00' }] }])
    await acme.walkTo(MAY_25)
    await addTo(acme)
    expect(await issuedAt(acme, MAY_25), 'nothing is charged on the day').toEqual([])
    await acme.walkTo(JUNE_20)
    const [invoice, ...others] = await issuedAt(acme, JUNE_20)
    expect(others).toEqual([])
    expect(invoice).toMatchObject({
      kind: 'renewal',
      amountPaid: 142_00n,
      differsBecause: [{ code: 'members_added', text: '1 member was added: $10.00 for the time since.' }],
      lines: [
        { kind: 'seat_addition', amount: 10_00n, rule: 'T1', formula: '$12.00 × 1 × 25 / 30 = $10.00' },
        { kind: 'plan', amount: 132_00n, quantity: 11n },
      ],
    })
    expect((await acme.held()).holding.seats).toMatchObject({ present: 11, paid: 11, tab: [] })
  })

  it('T3, C14: one of ten is removed on 25 May: 20 June is $12 × 9 = $108, and the $10 reduces the one after', async () => {
    const acme = await team()
    const leaving = await someMember(acme)
    await acme.walkTo(MAY_25)
    await removeFrom(acme, leaving)
    await acme.walkTo(JUNE_20)
    const [invoice, note] = await issuedAt(acme, JUNE_20)
    expect(invoice).toMatchObject({ kind: 'renewal', amountPaid: 108_00n, creditApplied: 0n, differsBecause: [{ code: 'members_removed' }] })
    expect(note).toMatchObject({
      series: 'credit_note',
      status: 'paid',
      total: -10_00n,
      creditIssued: 10_00n,
      amountDue: 0n,
      differsBecause: [{ code: 'members_removed', text: '1 member was removed: $10.00 of credit for the time after it.' }],
      lines: [{ kind: 'seat_removal', rule: 'T3', formula: '−$12.00 × 1 × 25 / 30 = −$10.00' }],
    })
    await acme.walkTo(JULY_20)
    expect(await issuedAt(acme, JULY_20)).toMatchObject([{ total: 108_00n, creditApplied: 10_00n, amountPaid: 98_00n }])
  })

  it('T5: from Basic to Professional on 25 May: $240 − $100 = $140; 20 June $240; the period does not move', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    expect(await acme.change('professional')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ kind: 'change', amountPaid: 140_00n })
    expect(invoice.lines).toMatchObject([
      { kind: 'proration_credit', amount: -100_00n, quantity: 10n, formula: '−$12.00 × 10 × 25 / 30 = −$100.00' },
      { kind: 'proration_charge', amount: 240_00n, quantity: 10n, formula: '$24.00 × 10 = $240.00' },
    ])
    await acme.walkTo(JUNE_20)
    expect(await issuedAt(acme, JUNE_20)).toMatchObject([{ amountPaid: 240_00n }])
  })

  it('T7: Free is chosen on 25 May: no charge, all features stay to 20 June, and then Free', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    expect(await acme.quote('free')).toMatchObject({ decision: { kind: 'downgrade', effective: 'period_end', document: { lines: [] } } })
    expect(await acme.change('free')).toMatchObject(done)
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', pendingPlan: 'free' })
    await acme.walkTo(JUNE_20)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active', seatsPaid: 0 })
    expect(await issuedAt(acme, JUNE_20)).toEqual([])
  })

  it('T7: a downgrade waits for the end and is charged for those who are there then; it can be undone', async () => {
    const acme = await team({ plan: 'professional' })
    await acme.walkTo(MAY_25)
    expect(await acme.change('basic')).toMatchObject(done)
    expect(await acme.change('professional'), 'G93: chosen again').toMatchObject(done)
    expect((await acme.held()).holding.pendingChange).toBeNull()
    expect(await acme.change('basic')).toMatchObject(done)
    await addTo(acme)
    await acme.walkTo(JUNE_20)
    // The one who joined was on Professional: $24 × 25/30, and 11 × $12 from now on.
    expect(lineAmounts((await issuedAt(acme, JUNE_20))[0] ?? { lines: [] })).toEqual([
      ['seat_addition', 20_00n],
      ['plan', 132_00n],
    ])
  })

  it('T7, A8: cancelled, and its end bills who came and credits who went', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await addTo(acme)
    await acme.walkTo(JUNE_20)
    expect(await issuedAt(acme, JUNE_20)).toMatchObject([{ kind: 'renewal', amountPaid: 10_00n, lines: [{ kind: 'seat_addition' }] }])
    expect((await acme.held()).row).toMatchObject({ plan: 'free', seatsPaid: 0 })
  })

  it('G36, G91: an upgrade settles the tab first: $4.00 − $60.00 + $264.00 = $208.00, and the tab is empty', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    await addTo(acme)
    await acme.walkDays(10)
    expect(await acme.change('professional')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ amountPaid: 208_00n })
    expect(invoice.lines).toMatchObject([
      { kind: 'seat_addition', amount: 4_00n, rule: 'G36', formula: '$12.00 × 1 × 10 / 30 = $4.00' },
      { kind: 'proration_credit', amount: -60_00n },
      { kind: 'proration_charge', amount: 264_00n, quantity: 11n },
    ])
    expect((await acme.held()).holding.seats).toMatchObject({ present: 11, paid: 11, tab: [] })
    await acme.walkTo(JUNE_20)
    expect(await issuedAt(acme, JUNE_20)).toMatchObject([{ amountPaid: 264_00n, lines: [{ kind: 'plan' }] }])
  })

  it('G91: a removal that a change settles is a line of its document', async () => {
    const acme = await team()
    const leaving = await someMember(acme)
    await acme.walkTo(MAY_25)
    await removeFrom(acme, leaving)
    await acme.walkDays(10)
    expect(await acme.change('professional')).toMatchObject(done)
    // −$12 × 10/30 for the seat that nobody held, −$12 × 10 × 15/30, and $24 × 9.
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['seat_removal', -4_00n],
      ['proration_credit', -60_00n],
      ['proration_charge', 216_00n],
    ])
  })

  it('T5b, G40: joined and left within one month: the days between are charged, and nothing is credited', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    const guest = await addTo(acme)
    await acme.walkDays(10)
    await removeFrom(acme, guest)
    await acme.walkTo(JUNE_20)
    const [invoice, ...others] = await issuedAt(acme, JUNE_20)
    expect(others, 'no credit').toEqual([])
    expect(invoice?.lines).toMatchObject([
      { kind: 'seat_addition', amount: 4_00n, rule: 'T5b', formula: '$12.00 × 1 × 10 / 30 = $4.00' },
      { kind: 'plan', quantity: 10n },
    ])
    expect(invoice?.differsBecause.map(({ code }) => code)).toEqual(['members_added', 'members_removed'])
  })

  it('T5b: a replacement is one removal and one addition', async () => {
    const acme = await team()
    const leaving = await someMember(acme)
    await acme.walkTo(MAY_25)
    await removeFrom(acme, leaving)
    await addTo(acme)
    await acme.walkTo(JUNE_20)
    const issued = await issuedAt(acme, JUNE_20)
    expect(issued.map(lineAmounts)).toEqual([
      [
        ['seat_addition', 10_00n],
        ['plan', 120_00n],
      ],
      [['seat_removal', -10_00n]],
    ])
  })

  it('G37: the members of one day are one line, those of another day another', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    await addTo(acme)
    await acme.walkTo('2026-05-25T23:00:00Z')
    await addTo(acme)
    await acme.walkTo('2026-05-30T00:00:00Z')
    await addTo(acme)
    await acme.walkTo(JUNE_20)
    expect((await issuedAt(acme, JUNE_20))[0]?.lines).toMatchObject([
      { kind: 'seat_addition', quantity: 2n, amount: 20_00n },
      { kind: 'seat_addition', quantity: 1n, amount: 8_00n },
      { kind: 'plan', quantity: 13n },
    ])
  })

  it('G41, T10: billing managers hold no seat: a change of role to it or from it is a seat that goes or comes', async () => {
    const acme = await team()
    const ada = await someMember(acme)
    const bob = await addTo(acme, 'billing')
    expect((await acme.held()).holding.seats).toMatchObject({ present: 10, tab: [] })
    await acme.walkTo(MAY_25)
    await giveRole(acme, ada, 'billing')
    await giveRole(acme, bob, 'admin')
    expect((await acme.held()).holding.seats).toMatchObject({ present: 10, paid: 10, tab: [{ type: 'left' }, { type: 'joined' }] })
    await giveRole(acme, bob, 'member') // From one role with a seat to another.
    await acme.walkTo(JUNE_20)
    expect((await issuedAt(acme, JUNE_20)).map(({ total }) => total)).toEqual([130_00n, -10_00n])
  })

  it('G35: from Free the paid plan starts a period at once, charged in full', async () => {
    const acme = await team({ plan: 'free' })
    await acme.walkTo(MAY_25)
    expect(await acme.change('basic')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 120_00n })
    expect((await acme.held()).holding).toMatchObject({ seats: { present: 10, paid: 10 } })
    expect((await acme.held()).row.periodStart.toString()).toBe(MAY_25)
    expect((await acme.held()).row.anchor.toString()).toBe(MAY_25)
  })

  it('T8: from the month to the year at once: $9 × 10 × 12 − $12 × 10 × 25/30 = $980.00, and the year starts then', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    expect(await acme.change('basic', 'year')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 980_00n, differsBecause: [{ code: 'interval_switched' }] })
    expect((await acme.held()).row).toMatchObject({ interval: 'year', seatsPaid: 10 })
    expect((await acme.held()).row.periodEnd.toString()).toBe('2027-05-25T00:00:00Z')
    expect((await acme.held()).row.reviewAt?.toString()).toBe('2026-06-25T00:00:00Z')
  })

  it('C10: a member who joins puts a quote out of date, and nothing is charged', async () => {
    const acme = await team()
    await acme.walkTo(MAY_25)
    const { id } = await acme.quote('professional')
    await addTo(acme)
    expect(await acme.execute(id)).toMatchObject({ ok: false, error: { code: 'quote_expired' } })
    expect(await acme.change('professional'), 'asked anew').toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 164_00n }) // 11 × $24 − $100; who joined today owes no day of Basic.
  })

  it('C10: so does a replacement, which leaves the number as it was', async () => {
    const acme = await team()
    const leaving = await someMember(acme)
    await acme.walkTo(MAY_25)
    const { id } = await acme.quote('professional')
    await removeFrom(acme, leaving)
    await addTo(acme)
    expect(await acme.execute(id)).toMatchObject({ ok: false, error: { code: 'quote_expired' } })
  })

  it('C14: who joins at the instant of a renewal belongs to what begins there', async () => {
    const acme = await team()
    await acme.walkTo(JUNE_20)
    await addTo(acme)
    expect(await issuedAt(acme, JUNE_20)).toMatchObject([{ amountPaid: 120_00n }])
    await acme.walkTo(JULY_20)
    expect(lineAmounts((await issuedAt(acme, JULY_20))[0] ?? { lines: [] })).toEqual([
      ['seat_addition', 12_00n],
      ['plan', 132_00n],
    ])
  })
})

describe('a first paid plan that waits for the bank (G79)', () => {
  const waiting = async () => {
    const acme = await team({ plan: 'free', members: 1 })
    const leaving = await someMember(acme)
    await acme.payWith('pm_card_authenticationRequired')
    const changed = await acme.change('basic')
    if (!changed.ok || changed.value.outcome.type !== 'needs_customer') throw new Error('nobody was asked')
    await addTo(acme)
    await addTo(acme)
    await removeFrom(acme, leaving)
    return { acme, url: changed.value.outcome.url }
  }

  it('is of those who were there; whoever comes and goes meanwhile is on its tab, for all of its days (T1, T3)', async () => {
    const { acme, url } = await waiting()
    await acme.atBank(url, 'approve')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'change', status: 'paid', amountPaid: 24_00n })
    expect((await acme.held()).holding).toMatchObject({ terms: { plan: { id: 'basic' } }, seats: { present: 3, paid: 2, tab: { length: 3 } } })
    await acme.expectBalanced()
    await acme.payWith('pm_card_visa')
    await acme.walkTo(JUNE_20)
    const [renewal] = await issuedAt(acme, JUNE_20)
    expect(renewal).toMatchObject({
      kind: 'renewal',
      lines: [
        { kind: 'seat_addition', amount: 24_00n, quantity: 2n, formula: '$12.00 × 2 × 30 / 30 = $24.00' },
        { kind: 'plan', amount: 36_00n, quantity: 3n },
      ],
    })
    expect((await acme.held()).holding.seats).toMatchObject({ present: 3, paid: 3, tab: [] })
  })

  it.each([
    { how: 'declined there', giveUp: async (acme: Scenario, url: string) => acme.atBank(url, 'decline') },
    {
      how: 'voided by the operator',
      giveUp: async (acme: Scenario) => {
        const { id: documentId } = await acme.latestDocument()
        expect(await voidAndWithdraw(acme.flow, { organizationId: acme.organizationId, documentId, reason: 'Not wanted' })).toMatchObject({ ok: true })
      },
    },
    { how: 'not confirmed within a day', giveUp: async (acme: Scenario) => void (await acme.walkDays(2)) },
  ])('leaves nothing on a tab where it is $how: the next try is of all who are there then', async ({ giveUp }) => {
    const { acme, url } = await waiting()
    await giveUp(acme, url)
    await acme.recover()
    expect((await acme.held()).holding).toMatchObject({ terms: { plan: { id: 'free' } }, seats: { present: 3, paid: 0, tab: [] } })
    await acme.payWith('pm_card_visa')
    expect(await acme.change('basic')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 36_00n })
    expect((await acme.held()).holding.seats).toMatchObject({ present: 3, paid: 3, tab: [] })
  })
})
