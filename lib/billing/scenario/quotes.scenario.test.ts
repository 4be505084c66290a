import { describe, expect, it } from 'vitest'
import { addDays } from '../../time'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const expired = { ok: false, error: { code: 'quote_expired' } }

async function walkOn(life: Scenario, time: { minutes?: number; seconds?: number }): Promise<void> {
  const to = (await life.now()).add(time)
  expect(await life.walkTo(to)).toEqual({ ok: true, value: { now: to } })
}

/** On Basic for 10 completed days and 5 hours, with a quote for Pro. */
async function quoted() {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.walkTo('2026-01-11T05:00:00Z')
  return { acme, quote: await acme.quote('pro') }
}

describe('C10: what was shown is what is charged', () => {
  it.each([
    { when: 'at once', after: { seconds: 0 } },
    { when: 'a second before 15 minutes have passed', after: { minutes: 14, seconds: 59 } },
  ])('$when: the quote’s lines are the invoice’s', async ({ after }) => {
    const { acme, quote } = await quoted()
    await walkOn(acme, after)
    expect(await acme.execute(quote.id)).toMatchObject(done)
    const invoice = await acme.latestDocument()
    const shown = quote.decision.document
    expect(invoice).toMatchObject({ total: shown.total, amountDue: shown.amountDue, creditApplied: shown.creditApplied, amountPaid: 13_33n })
    for (const [index, line] of shown.lines.entries()) expect(invoice.lines[index]).toMatchObject(line)
    expect(invoice.lines).toHaveLength(shown.lines.length)
  })

  it('G30: traffic does not expire it; what counts against the new limit is taken at the execution', async () => {
    const { acme, quote } = await quoted()
    await acme.use(24_000)
    expect(await acme.execute(quote.id)).toMatchObject(done)
    expect((await acme.held()).holding.segments.at(-1)).toMatchObject({ countedAtStart: 24_000n, limit: 300_000n })
  })
})

describe('C10: a quote that is out of date is refused, and nothing is charged', () => {
  it.each<{ why: string; happens: (acme: Scenario) => Promise<unknown> }>([
    { why: '15 minutes have passed', happens: (acme) => walkOn(acme, { minutes: 15 }) },
    { why: 'the plan was changed', happens: (acme) => acme.change('enterprise') },
  ])('$why', async ({ happens }) => {
    const { acme, quote } = await quoted()
    await happens(acme)
    const before = { charges: (await acme.charges()).length, documents: (await acme.documents()).length, plan: (await acme.held()).row.plan }
    expect(await acme.execute(quote.id)).toMatchObject(expired)
    expect({ charges: (await acme.charges()).length, documents: (await acme.documents()).length, plan: (await acme.held()).row.plan }).toEqual(before)
  })

  it.each<{ code: string; happens: (acme: Scenario) => Promise<unknown> }>([
    { code: 'cancellation_scheduled', happens: (acme) => acme.cancel() },
    { code: 'change_in_progress', happens: (acme) => acme.openChange('enterprise') },
  ])('where something else keeps all changes out, it is told: $code (A9, G79)', async ({ code, happens }) => {
    const { acme, quote } = await quoted()
    await happens(acme)
    expect(await acme.execute(quote.id)).toMatchObject({ ok: false, error: { code } })
    expect(await acme.charges()).toHaveLength(1)
  })

  it('another day has begun, five minutes after it was shown', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const midnight = addDays(await acme.now(), 11)
    await acme.walkTo(midnight.subtract({ minutes: 5 }))
    const quote = await acme.quote('pro')
    expect(quote.decision.expiresAt.toString()).toBe(midnight.toString())
    await acme.walkTo(midnight)
    expect(await acme.execute(quote.id)).toMatchObject(expired)
    expect(await acme.charges()).toHaveLength(1)
  })

  it('the credit has changed', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { paymentId } = await acme.openChange('pro')
    await acme.recover()
    const quote = await acme.quote('pro')
    await acme.chargeUnseen(paymentId)
    await acme.lookAt(paymentId) // What was given up is collected after all, and becomes credit (G80).
    expect(await acme.execute(quote.id)).toMatchObject(expired)
    expect((await acme.held()).row.plan).toBe('basic')
  })

  it('usage crossed a rule’s boundary: the downgrade that fitted does not any more (A7b)', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(4)
    await acme.use(4_400)
    const quote = await acme.quote('basic')
    expect(quote.decision.rejection).toBeNull()
    await acme.use(1)
    expect(await acme.execute(quote.id)).toMatchObject(expired)
    expect((await acme.held()).row).toMatchObject({ plan: 'pro', downgradedAt: null })
    expect((await acme.quote('basic')).decision.rejection).toMatchObject({ code: 'downgrade_usage_exceeded', currentUsage: 4_401n, allowedUsage: 4_400n })
  })

  it('A10: its payment was declined; another quote is needed, and a declined one changes nothing', async () => {
    const { acme, quote } = await quoted()
    await acme.payWith('pm_card_chargeCustomerFail')
    expect(await acme.execute(quote.id)).toMatchObject({ ok: true, value: { outcome: { type: 'declined' } } })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await acme.latestDocument()).toMatchObject({ kind: 'change', status: 'void' })
    await acme.payWith('pm_card_visa')
    expect(await acme.execute(quote.id)).toMatchObject(expired)
    expect(await acme.change('pro')).toMatchObject(done)
  })

  it('C6, G66: the credit that a declined change had taken is there again, and meets the next try', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(15)
    expect(await acme.change('basic')).toMatchObject(done)
    expect(await acme.credit()).toBe(10_00n)
    await acme.payWith('pm_card_chargeCustomerFail')
    expect(await acme.change('enterprise')).toMatchObject({ ok: true, value: { outcome: { type: 'declined' } } })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void', creditApplied: 10_00n, amountDue: 35_00n })
    expect(await acme.credit()).toBe(10_00n)
    await acme.payWith('pm_card_visa')
    expect(await acme.change('enterprise')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', creditApplied: 10_00n, amountPaid: 35_00n })
    expect(await acme.credit()).toBe(0n)
  })
})
