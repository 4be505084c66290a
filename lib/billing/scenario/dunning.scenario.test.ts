import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { claimAttempt } from '../commands/payment-steps'
import { settle } from '../commands/settle'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** On Basic since 1 January, with a card that is declined from the first renewal (31 January) on. */
async function declined(card = 'pm_card_chargeCustomerFail'): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.payWith(card)
  await acme.walkTo('2026-01-31T00:00:00Z')
  return acme
}

const attempts = async (acme: Scenario) => (await acme.payments()).at(-1)?.attempts

describe('a renewal that is declined (C12)', () => {
  it('is tried again after 1, 3, 5 and 7 days, with a mail each, and then moves to Free with the invoice open', async () => {
    const acme = await declined()
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'past_due' })
    expect((await acme.quote('pro')).decision.rejection).toMatchObject({ code: 'past_due' })
    await acme.use(100) // Service goes on.
    expect(await attempts(acme)).toBe(1)
    for (const { to, tries } of [
      { to: '2026-01-31T23:59:59Z', tries: 1 },
      { to: '2026-02-01T00:00:00Z', tries: 2 },
      { to: '2026-02-02T23:00:00Z', tries: 2 },
      { to: '2026-02-03T00:00:00Z', tries: 3 },
      { to: '2026-02-05T00:00:00Z', tries: 4 },
      { to: '2026-02-06T23:59:59Z', tries: 4 },
    ]) {
      await acme.walkTo(to)
      expect(await attempts(acme), to).toBe(tries)
      expect((await acme.held()).row.status).toBe('past_due')
    }
    await acme.walkTo('2026-02-07T00:00:00Z')
    expect(await attempts(acme)).toBe(5)
    const { row, holding } = await acme.held()
    expect(row).toMatchObject({ plan: 'free', status: 'active' })
    expect(row.periodStart.toString()).toBe('2026-02-07T00:00:00Z')
    expect(holding.segments.at(-1)?.units).toBe(0n)
    expect(await acme.latestDocument()).toMatchObject({ status: 'open', amountDue: 10_00n })
    expect((await acme.told()).filter((kind) => kind === 'payment_failed')).toHaveLength(5)
    expect(await acme.told()).toContain('moved_to_free')
    await acme.walkTo('2026-04-01T00:00:00Z')
    expect(await attempts(acme), 'never again by itself').toBe(5)
  })

  it('is collected at once by a new card, and everything is as it was', async () => {
    const acme = await declined()
    await acme.walkTo('2026-02-02T12:00:00Z')
    expect(await acme.payWith('pm_card_mastercard')).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 10_00n })
    expect(await acme.charges()).toHaveLength(2)
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect((await acme.documents()).map(({ status }) => status)).toEqual(['paid', 'paid', 'paid'])
  })

  it('can be paid after the last failure, which does not bring the plan back (G65)', async () => {
    const acme = await declined()
    await acme.walkTo('2026-02-10T00:00:00Z')
    await acme.payWith('pm_card_visa')
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 10_00n })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('leaves the schedule as it is when the same card is tried in between', async () => {
    const acme = await declined()
    const { id } = await acme.latestDocument()
    await acme.walkTo('2026-01-31T12:00:00Z')
    expect(await acme.pay(id)).toMatchObject({ ok: true, value: { outcome: { type: 'declined' } } })
    await acme.walkTo('2026-02-01T00:00:00Z')
    expect(await attempts(acme)).toBe(3)
    await acme.walkTo('2026-02-07T00:00:00Z')
    expect((await acme.held()).row.plan).toBe('free')
  })

  it('can be cancelled meanwhile, and ends on Free at the earlier of both (G65)', async () => {
    const acme = await declined()
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await acme.walkTo('2026-02-07T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'free', cancelAt: null })
  })

  it('is charged no more with a card that was reported lost: only the mails go out (G65)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const [method] = (await stage.payments.stripe.paymentMethods.list({ customer: (await acme.payerRef()) ?? '' })).data
    await stage.payments.fault({ fault: 'card', payment_method: method?.id ?? '', card: 'pm_card_visa_chargeDeclinedLostCard' })
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect((await acme.held()).row.status).toBe('past_due')
    await acme.walkTo('2026-02-06T00:00:00Z')
    const failed = (await stage.payments.stripe.charges.list({ customer: (await acme.payerRef()) ?? '' })).data.filter(({ status }) => status === 'failed')
    expect(failed, 'one charge was declined').toHaveLength(1)
    expect((await acme.told()).filter((kind) => kind === 'payment_failed')).toHaveLength(4)
    await acme.payWith('pm_card_mastercard')
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })

  it('takes no step of the schedule where the question of its bank is only looked at again', async () => {
    const acme = await declined('pm_card_authenticationRequired')
    const paid = await acme.pay((await acme.latestDocument()).id)
    if (!paid.ok || paid.value.outcome.type !== 'needs_customer') throw new Error('no page')
    await acme.jumpTo('2026-02-01T00:00:00Z')
    const [, renewal] = await acme.payments()
    if (!renewal) throw new Error('nothing was renewed')
    await acme.lookAt(renewal.id)
    await acme.recover()
    const failed = (await stage.payments.stripe.charges.list({ customer: (await acme.payerRef()) ?? '' })).data.filter(({ status }) => status === 'failed')
    expect(failed, 'the first try, and that of the day after').toHaveLength(2)
    expect((await acme.payments())[1]?.retryAt?.toString()).toBe('2026-02-03T00:00:00Z')
  })

  it('finds what became of a try whose process died, though the refusal before it is heard late', async () => {
    const acme = await declined()
    await acme.walkTo('2026-02-07T00:00:00Z') // The schedule is over: nothing asks again by itself.
    const [, renewal] = await acme.payments()
    if (!renewal?.providerRef) throw new Error('nothing was renewed')
    const key = { organizationId: acme.organizationId, paymentId: renewal.id }
    const refusedBefore = await stage.provider.read(renewal.providerRef)
    await inEngine((tx) => claimAttempt(tx, key, { returnUrl: null, onlyIfDue: false }))
    await inEngine((tx) => settle({ tx, actor: 'system' }, { ...key, observed: refusedBefore }))
    const [method] = (await stage.payments.stripe.paymentMethods.list({ customer: (await acme.payerRef()) ?? '' })).data
    await stage.payments.fault({ fault: 'card', payment_method: method?.id ?? '', card: 'pm_card_visa' })
    await stage.provider.attempt({ providerRef: renewal.providerRef, methodRef: method?.id ?? '', key: 'its answer, and the word of it, are lost' })
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 10_00n })
  })

  it('mails a link where the bank wants to confirm, and is collected when it has', async () => {
    const acme = await declined('pm_card_authenticationRequired')
    expect((await acme.held()).row.status).toBe('past_due')
    const { id } = await acme.latestDocument()
    const paid = await acme.pay(id)
    if (!paid.ok || paid.value.outcome.type !== 'needs_customer') throw new Error('no page')
    await acme.atBank(paid.value.outcome.url, 'approve')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid' })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })
})
