import { asc, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { messages } from '@/db/schema'
import { drawText } from '@/lib/notify/draw-mail'
import { wordMessage } from '@/lib/notify/word-message'
import { decideLimitRequest } from '../commands/decide-limit-request'
import { issueProForma } from '../commands/issue-pro-forma'
import { requestLimit } from '../commands/request-limit'
import { tellBilling } from '../commands/store/messages'
import { markInvoicePaid } from '../flows/repairs'
import type { MessageKind } from '../message-kinds'
import { buy, recharge } from '../testing/prepaid'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addTo, giveRole, removeFrom, someMember } from '../testing/team'

/** What the customer is told, from the events that tell it to the words that are read: each once, with the figures of the invoice. */

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'https://billing.example.com'
const stage = setStage()

/** Every message of an organization as its reader sees it, oldest first. */
async function mails(acme: Scenario): Promise<{ kind: string; text: string }[]> {
  const rows = await inEngine((tx) => tx.select().from(messages).where(eq(messages.organizationId, acme.organizationId)).orderBy(asc(messages.id)))
  return rows.map(({ kind, payload }) => ({ kind, text: drawText(wordMessage(kind as MessageKind, payload)) }))
}

async function mailOf(acme: Scenario, kind: MessageKind): Promise<string> {
  const found = (await mails(acme)).filter((mail) => mail.kind === kind)
  expect(found, kind).toHaveLength(1)
  return found[0]?.text ?? ''
}

const kindsOf = async (acme: Scenario) => (await mails(acme)).map(({ kind }) => kind)
const money = (amount: bigint) => `$${amount / 100n}.${(amount % 100n).toString().padStart(2, '0')}`

describe('receipts', () => {
  it('a first period, an upgrade and a renewal each have one mail, with the lines and totals of their invoice', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    expect(await kindsOf(acme)).toEqual(['receipt'])
    expect(await mailOf(acme, 'receipt')).toContain('We have received $10.00')
    await acme.walkDays(10)
    await acme.change('pro')
    const change = await acme.latestDocument()
    const told = await mailOf(acme, 'plan_changed')
    for (const line of change.lines) expect(told).toContain(line.description)
    expect(told).toContain(`Total: ${money(change.total)}\nPaid: ${money(change.amountPaid)}`)
    expect(told).toContain(`/invoices/${change.id}`)
    await acme.walkDays(20)
    expect(await kindsOf(acme)).toEqual(['receipt', 'plan_changed', 'renewal_paid'])
    expect(await mailOf(acme, 'renewal_paid')).toContain('Total: $30.00\nPaid: $30.00')
  })

  it('says what credit has paid of it', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(20)
    await acme.change('basic')
    await acme.walkDays(10)
    expect(await mailOf(acme, 'renewal_paid')).toMatch(/Total: \$10\.00\nCredit applied: −\$\d+\.\d\d\nPaid: /)
  })

  it('a renewal that credit paid wholly has its mail as well', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(2)
    await acme.change('basic')
    await acme.walkDays(28)
    const told = await mailOf(acme, 'renewal_paid')
    expect(told).toContain('Your credit has paid for it, so nothing was charged.')
    expect(told).toContain('Total: $10.00\nCredit applied: −$10.00\nPaid: $0.00')
    expect(told).not.toContain('We have received')
  })

  it('of bought credit, and of credit that was bought by itself', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await buy(acme, 20_00)
    expect(await mailOf(acme, 'receipt')).toContain('Thank you. The credit is there to be used.')
    await recharge(acme, { threshold: 30_00, amount: 25_00 })
    expect(await mailOf(acme, 'auto_recharge_done')).toContain('Total: $25.00\nPaid: $25.00')
  })

  it('a refund says what goes back, of which invoice, and which plan has ended with it', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const { id } = await acme.latestDocument()
    await acme.refund(id)
    const told = await mailOf(acme, 'refund_issued')
    expect(told).toContain('We have refunded $10.00')
    expect(told).toContain('Basic has ended with it')
    expect(await kindsOf(acme)).toEqual(['receipt', 'refund_issued', 'moved_to_free'])
  })

  it('an invoice that comes first says where a transfer goes, and its payment has a receipt', async () => {
    process.env.HEADROOM_SELLER_BANK_DETAILS = 'Example Bank\nIBAN DE02 1203 0000 0000 2020 51'
    const acme = await scenario(stage, { plan: null })
    const { organizationId, product } = acme
    const issued = await acme.step(() => first((context) => issueProForma(context, { organizationId, product, plan: 'pro' })))
    if (!issued.ok) throw new Error(issued.error.code)
    const told = await mailOf(acme, 'pro_forma_issued')
    expect(told).toContain('Bank transfer:\nExample Bank\nIBAN DE02 1203 0000 0000 2020 51')
    expect(told).toContain('Total: $30.00')
    Reflect.deleteProperty(process.env, 'HEADROOM_SELLER_BANK_DETAILS')
    await acme.step(() => markInvoicePaid(acme.flow, { organizationId, documentId: issued.value.documentId, reference: 'Transfer 42' }))
    expect(await mailOf(acme, 'receipt')).toContain('This pays for Pro.')
  })
})

describe('what is coming', () => {
  it('a change that waits is told with what it will cost, and once', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'professional', members: 1 })
    await acme.walkDays(5)
    await acme.change('basic')
    const told = await mailOf(acme, 'plan_change_scheduled')
    expect(told).toContain('moves from Professional to Basic on 1 February 2026, 00:00 UTC')
    expect(told).toContain('Charge at that moment: $24.00')
  })

  it('a yearly renewal is told of a month ahead, once a term, with the members as they are', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year', members: 1 })
    await acme.walkTo('2026-12-01T23:59:00Z')
    expect(await kindsOf(acme)).not.toContain('renewal_upcoming')
    await acme.walkTo('2026-12-02T00:00:00Z')
    const told = await mailOf(acme, 'renewal_upcoming')
    expect(told).toContain('Basic renews for a year on 1 January 2027, 00:00 UTC')
    expect(told).toContain('Next charge: $216.00 on 1 January 2027, 00:00 UTC')
    await acme.walkTo('2027-11-01T00:00:00Z')
    expect((await kindsOf(acme)).filter((kind) => kind === 'renewal_upcoming')).toHaveLength(1)
    await acme.walkTo('2027-12-15T00:00:00Z')
    expect((await kindsOf(acme)).filter((kind) => kind === 'renewal_upcoming')).toHaveLength(2)
    expect((await acme.documents()).filter(({ kind }) => kind === 'renewal')).toHaveLength(2)
  })

  it('is not told of a year that will not be renewed, nor of a month', async () => {
    const leaving = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year' })
    await leaving.cancel()
    const monthly = await scenario(stage, { product: 'team-seats', plan: 'basic' })
    for (const acme of [leaving, monthly]) {
      await acme.walkTo('2026-12-20T00:00:00Z')
      expect(await kindsOf(acme)).not.toContain('renewal_upcoming')
    }
  })
})

describe('credit that runs out', () => {
  const A_DOLLAR = 800_000

  it('is told once per purchase, strictly below a fifth of it', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await buy(acme, 10_00)
    await acme.use(8 * A_DOLLAR, { meter: 'input_tokens' })
    expect(await kindsOf(acme)).not.toContain('credit_low')
    await acme.consume(1, { meter: 'input_tokens' })
    expect(await mailOf(acme, 'credit_low')).toContain('$1.99999875 of credit is left')
    await acme.use(A_DOLLAR, { meter: 'input_tokens' })
    await mailOf(acme, 'credit_low')
    await buy(acme, 10_00)
    await acme.use(12 * A_DOLLAR, { meter: 'input_tokens' })
    const told = (await mails(acme)).filter(({ kind }) => kind === 'credit_low')
    expect(told).toHaveLength(2)
    expect(told[1]?.text).toContain('Your credit is used up')
  })

  it('is not told where auto-recharge buys more, nor on a plan that is billed afterwards', async () => {
    const recharged = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await buy(recharged, 10_00)
    await recharge(recharged, { threshold: 5_00, amount: 10_00 })
    await recharged.use(9 * A_DOLLAR, { meter: 'input_tokens' })
    const monthly = await scenario(stage, { product: 'model-tokens', plan: 'monthly' })
    await buy(monthly, 10_00)
    await monthly.use(9 * A_DOLLAR, { meter: 'input_tokens' })
    for (const acme of [recharged, monthly]) expect(await kindsOf(acme)).not.toContain('credit_low')
  })
})

describe('seats', () => {
  it('T1, T3: who comes and goes within a minute is one mail, with what the next renewal makes of it', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', members: 1, from: '2026-05-20T00:00:00Z' })
    await acme.walkTo('2026-05-25T00:00:00Z')
    const joined = await addTo(acme)
    await addTo(acme, 'billing') // Holds none.
    expect(await mailOf(acme, 'seats_changed')).toContain('3 seats of Basic are held now')
    expect(await mailOf(acme, 'seats_changed')).toContain('$10.00 is charged on 20 June 2026, 00:00 UTC')
    await giveRole(acme, joined, 'billing') // G41
    const told = await mailOf(acme, 'seats_changed')
    expect(told).toContain('2 seats of Basic are held now')
    expect(told).toMatch(/New: \S+@example\.com\.\n\nGone: \S+@example\.com\./)
  })

  it('T3: what was given up is credited just after the renewal, and that is told', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', members: 2, from: '2026-05-20T00:00:00Z' })
    await acme.walkTo('2026-05-25T00:00:00Z')
    await removeFrom(acme, await someMember(acme))
    expect(await mailOf(acme, 'seats_changed')).toContain('$10.00 is credited to your account on 20 June 2026, 00:00 UTC')
    await acme.walkTo('2026-06-20T00:00:00Z')
    expect(await mailOf(acme, 'seats_reviewed')).toContain('$10.00 was credited to your account for seats that were given up.')
  })

  it('T2: a yearly team’s review tells what it charges, and its payment has a receipt', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year', from: '2026-05-20T00:00:00Z' })
    await acme.walkTo('2026-05-25T00:00:00Z')
    await addTo(acme)
    await acme.walkTo('2026-06-20T00:00:00Z')
    const review = await acme.latestDocument()
    expect(await mailOf(acme, 'seats_reviewed')).toContain(`${money(review.total)} is charged for seats that were added.`)
    expect((await mails(acme)).at(-1)?.text).toContain(`We have received ${money(review.total)}`)
  })
})

describe('requests', () => {
  it.each([
    { decision: 'approved' as const, says: 'You may now set a hard limit of up to 250,000 screenshots' },
    { decision: 'declined' as const, says: 'Your request for a hard limit of 250,000 screenshots was declined' },
  ])('S8: a higher limit that is $decision is told once', async ({ decision, says }) => {
    const acme = await scenario(stage, { product: 'screenshots', plan: 'growth' })
    const { organizationId, subscriptionId } = acme
    const asked = await first((context) => requestLimit(context, { organizationId, subscriptionId, hardLimit: 250_000n, useCase: 'Previews.' }))
    if (!asked.ok) throw new Error(asked.error.code)
    const answer = { organizationId, limitRequestId: asked.value.id, decision }
    for (let twice = 0; twice < 2; twice++) expect(await first((context) => decideLimitRequest(context, answer))).toMatchObject({ ok: true })
    expect(await mailOf(acme, 'limit_request_decided')).toContain(says)
  })
})

it('one fact is one message, however often it is told', async () => {
  const acme = await scenario(stage, { plan: null })
  const payload = { organizationName: 'Acme', organizationSlug: 'acme', productId: 'api-calls', productName: 'API calls', planName: 'Basic' }
  const told = { organizationId: acme.organizationId, kind: 'moved_to_free', fact: 'sub_1:moved', at: await acme.now(), payload } as const
  for (let twice = 0; twice < 2; twice++) await inEngine((tx) => tellBilling(tx, [told]))
  expect(await kindsOf(acme)).toEqual(['moved_to_free'])
})
