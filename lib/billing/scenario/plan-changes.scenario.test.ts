import { describe, expect, it } from 'vitest'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }

describe('an upgrade (A6)', () => {
  it('Basic → Pro after 10 completed days costs $13.33 once, and renews at $30.00', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.use(12_000)
    await acme.walkDays(10)
    const quote = await acme.quote('pro')
    expect(quote.decision.document).toMatchObject({ total: 13_33n, amountDue: 13_33n })
    expect(await acme.execute(quote.id)).toMatchObject(done)

    const invoice = await acme.latestDocument()
    expect(lineAmounts(invoice)).toEqual([
      ['proration_credit', -6_67n],
      ['proration_charge', 20_00n],
    ])
    expect(invoice).toMatchObject({ status: 'paid', amountPaid: 13_33n, kind: 'change' })
    expect((await acme.charges()).map((charge) => charge.amount).sort()).toEqual([1000, 1333])
    const { row, holding } = await acme.held()
    expect(row).toMatchObject({ plan: 'pro', periodEnd: await scenarioEnd(acme) })
    expect(holding.segments.at(-1)).toMatchObject({ limit: 300_000n, countedAtStart: 12_000n })

    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid', amountPaid: 30_00n })
  })

  it('refuses a quote that was executed, a second time', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const quote = await acme.quote('pro')
    expect(await acme.execute(quote.id)).toMatchObject(done)
    expect(await acme.execute(quote.id)).toMatchObject({ ok: false, error: { code: 'quote_expired' } })
    expect(await acme.charges()).toHaveLength(2)
  })

  it('puts an amount below $0.50 on the account, changes the plan at once, and collects it with the next invoice', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    await acme.walkDays(29)
    expect(await acme.change('basic')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ total: 33n, carriedForward: 33n, amountDue: 0n, status: 'paid', amountPaid: 0n })
    expect(await acme.credit()).toBe(-33n)
    expect(await acme.charges()).toEqual([])

    await acme.walkDays(1)
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', total: 10_00n, creditApplied: -33n, amountDue: 10_33n, amountPaid: 10_33n })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1033])
    expect(await acme.credit()).toBe(0n)
  })
})

describe('a downgrade (A7)', () => {
  it('A7b: after 4 completed days 5,000 calls are too many for Basic, after 5 they fit, and the credit pays the renewal', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.use(5_000)
    await acme.walkDays(4)
    const refused = await acme.quote('basic')
    expect(refused.decision.rejection).toMatchObject({ code: 'downgrade_usage_exceeded' })
    expect(await acme.execute(refused.id)).toMatchObject({ ok: false, error: { code: 'downgrade_usage_exceeded' } })

    await acme.walkDays(1)
    expect(await acme.change('basic')).toMatchObject(done)
    const note = await acme.latestDocument()
    expect(note).toMatchObject({ series: 'credit_note', total: -16_67n, creditIssued: 16_67n, amountDue: 0n, status: 'paid' })
    expect(await acme.credit()).toBe(16_67n)

    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument(), 'credit covers it wholly: paid without a charge (G76)').toMatchObject({
      total: 10_00n,
      creditApplied: 10_00n,
      amountDue: 0n,
      amountPaid: 0n,
      status: 'paid',
    })
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ total: 10_00n, creditApplied: 6_67n, amountDue: 3_33n, amountPaid: 3_33n })
    expect(await acme.credit()).toBe(0n)
    expect((await acme.charges()).map(({ amount }) => amount).sort()).toEqual([3000, 333])
  })

  it('A7a: a second one in the same cycle is refused, also after an upgrade in between, and allowed after the renewal', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(3)
    expect(await acme.change('basic')).toMatchObject(done)
    await acme.walkDays(3)
    expect(await acme.change('pro')).toMatchObject(done)
    await acme.walkDays(3)
    expect((await acme.quote('basic')).decision.rejection).toMatchObject({ code: 'downgrade_already_used' })
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect((await acme.quote('basic')).decision.rejection).toBeNull()
    expect(await acme.change('basic')).toMatchObject(done)
  })
})

describe('enterprise (A3, A11)', () => {
  it('bills 10,000 calls over the limit as $5.00 on the renewal', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_010_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    const renewal = await acme.latestDocument()
    expect(renewal).toMatchObject({ total: 105_00n, amountPaid: 105_00n })
    expect(lineAmounts(renewal)).toEqual([
      ['overage', 5_00n],
      ['plan', 100_00n],
    ])
    expect(await acme.periods()).toMatchObject([{ overageUnits: 10_000n, overageAmount: 5_00n, documentId: renewal.id }])
  })

  it('keeps who is over every smaller limit, and bills the period’s overage once (A7b, A3)', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.walkDays(10)
    await acme.use(1_002_000)
    expect((await acme.quote('pro')).decision.rejection).toMatchObject({ code: 'downgrade_usage_exceeded' })
    await acme.use(1_000)
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect((await acme.documents()).flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'overage').map(({ amount }) => amount))).toEqual([1_50n])
  })

  it('C8: late usage is billed as an adjustment on the next invoice, and corrects the history at once', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_000_500)
    await acme.walkTo('2026-02-05T00:00:00Z')
    await acme.use(1_500, { at: '2026-01-20T00:00:00Z' })
    expect(await acme.periods()).toMatchObject([{ overageUnits: 2_000n, overageAmount: 1_00n }])
    await acme.walkTo('2026-03-02T00:00:00Z')
    const renewal = await acme.latestDocument()
    expect(lineAmounts(renewal)).toEqual([
      ['adjustment', 75n],
      ['plan', 100_00n],
    ])
    await acme.walkTo('2026-04-01T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument()), 'once').toEqual([['plan', 100_00n]])
  })
})

describe('leaving (A8, A9)', () => {
  it('goes on to the end of the period, then to Free, and is undone by reactivating', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(5)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect((await acme.quote('pro')).decision.rejection).toMatchObject({ code: 'cancellation_scheduled' })
    expect(await acme.reactivate()).toMatchObject({ ok: true })
    await acme.walkTo('2026-02-01T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })

    expect(await acme.cancel()).toMatchObject({ ok: true })
    await acme.walkTo('2026-03-01T23:59:59Z')
    expect((await acme.held()).row.plan).toBe('basic')
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active', cancelAt: null })
    expect(await acme.charges()).toHaveLength(2)
    expect(await acme.told()).toContain('moved_to_free')
  })

  it('bills the overage of an enterprise period that ends in Free', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_002_000)
    await acme.cancel()
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ total: 1_00n, amountPaid: 1_00n, kind: 'renewal' })
    expect((await acme.held()).row.plan).toBe('free')
  })
})

describe('the bank wants to confirm (G79)', () => {
  const asking = { ok: true, value: { outcome: { type: 'needs_customer' } } }

  it('changes nothing until it has, blocks other changes meanwhile, and takes effect as quoted', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    await acme.payWith('pm_card_authenticationRequired')
    const changed = await acme.change('pro')
    expect(changed).toMatchObject(asking)
    if (!changed.ok || changed.value.outcome.type !== 'needs_customer') throw new Error('no page')
    expect((await acme.held()).row.plan).toBe('basic')
    expect(await acme.change('enterprise').catch((fault: Error) => fault.message)).toBe('change_in_progress')

    await acme.atBank(changed.value.outcome.url, 'approve')
    await acme.recover()
    expect((await acme.held()).row.plan).toBe('pro')
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 13_33n })
  })

  it('G111: a new card leaves what waits for the bank alone', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    await acme.payWith('pm_card_authenticationRequired')
    const changed = await acme.change('pro')
    if (!changed.ok || changed.value.outcome.type !== 'needs_customer') throw new Error('no page')
    await acme.payWith('pm_card_visa')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'change', status: 'open' })
    expect(await acme.charges()).toHaveLength(1)
    await acme.atBank(changed.value.outcome.url, 'approve')
    await acme.recover()
    expect((await acme.held()).row.plan).toBe('pro')
    expect((await acme.charges()).map(({ amount }) => amount).sort()).toEqual([1000, 1333])
  })

  it('voids the invoice where the customer declines, and another try is possible', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    await acme.payWith('pm_card_authenticationRequired')
    const changed = await acme.change('pro')
    if (!changed.ok || changed.value.outcome.type !== 'needs_customer') throw new Error('no page')
    await acme.atBank(changed.value.outcome.url, 'decline')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ status: 'void' })
    await acme.payWith('pm_card_visa')
    expect(await acme.change('pro')).toMatchObject(done)
  })

  it('waits a day at most; and is given up by a cancellation or a renewal that comes first', async () => {
    const [waited, cancelled, renewed] = [await scenario(stage), await scenario(stage), await scenario(stage)]
    for (const [life, days] of [
      [waited, 10],
      [cancelled, 10],
      [renewed, 29],
    ] as const) {
      await life.walkDays(days)
      await life.payWith('pm_card_authenticationRequired')
      expect(await life.change('pro')).toMatchObject(asking)
    }
    await waited.walkDays(1)
    expect(await waited.latestDocument()).toMatchObject({ kind: 'change', status: 'void' })

    expect(await cancelled.cancel()).toMatchObject({ ok: true })
    expect(await cancelled.latestDocument()).toMatchObject({ kind: 'change', status: 'void' })

    await renewed.payWith('pm_card_visa')
    await renewed.walkDays(1)
    expect((await renewed.documents()).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['renewal paid', 'change void', 'renewal paid'])
    for (const life of [waited, cancelled, renewed]) expect((await life.held()).row.plan).toBe('basic')
  })

  it('lets payment win over a void invoice: the money becomes credit (G80)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { paymentId } = await acme.openChange('pro')
    await acme.recover() // Never attempted: given up.
    expect(await acme.latestDocument()).toMatchObject({ status: 'void' })
    await acme.chargeUnseen(paymentId) // By a request that was slow, and died before it could tell.
    expect(await acme.lookAt(paymentId), 'as the notification makes us do').toEqual({ state: 'collected', seen: true })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void', amountPaid: 0n })
    expect((await acme.held()).row.plan).toBe('basic')
    expect(await acme.credit()).toBe(13_33n)
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', creditApplied: 10_00n, amountDue: 0n })
  })
})

async function scenarioEnd(life: Awaited<ReturnType<typeof scenario>>) {
  return (await life.held()).row.anchor.add({ hours: 30 * 24 })
}
