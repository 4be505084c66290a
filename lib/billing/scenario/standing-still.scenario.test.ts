import { EventEmitter, once } from 'node:events'
import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { paymentMethods } from '@/db/schema'
import type { PaymentProvider } from '../../payments/port'
import { runDueFor } from '../flows/due-work'
import { payInvoice } from '../flows/paid-actions'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** The bank changes its mind about the card on file. */
async function bankSays({ organizationId }: Scenario, card: string): Promise<void> {
  const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId)))
  await stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card })
}

describe('C12: a worker that stands still between the refusal and the question to the bank', () => {
  /** Refused for want of the bank's word; then the process stands still for longer than it may hold a payment. */
  async function refusedAndStill(meanwhile: (acme: Scenario) => Promise<unknown>, atQuestion: (acme: Scenario) => Promise<unknown> = async () => undefined) {
    const acme = await scenario(stage, { plan: 'basic' })
    await bankSays(acme, 'pm_card_authenticationRequired')
    const slow: PaymentProvider = {
      ...stage.provider,
      attempt: async (sent) => {
        if (sent.returnUrl !== undefined) await atQuestion(acme)
        const observed = await stage.provider.attempt(sent)
        if (sent.returnUrl !== undefined) return observed
        await acme.letWallTimePass()
        await meanwhile(acme)
        return observed
      },
    }
    await acme.jumpTo('2026-01-31T00:00:00Z')
    await runDueFor(slow, [acme.organizationId])
    return acme
  }
  async function renewalOf(acme: Scenario) {
    const renewal = (await acme.payments()).at(-1)
    if (!renewal) throw new Error('nothing was renewed')
    return renewal
  }
  const mails = async (acme: Scenario) => (await acme.told()).filter((kind) => kind.startsWith('payment_'))

  it('asks no more once somebody else has told of the refusal; the next step asks', async () => {
    const acme = await refusedAndStill((stands) => stands.recover())
    expect(await renewalOf(acme)).toMatchObject({ state: 'refused' })
    expect(await mails(acme)).toEqual(['payment_failed'])
    await acme.walkTo('2026-02-01T00:00:00Z')
    expect(await mails(acme)).toEqual(['payment_failed', 'payment_action_required'])
    await acme.atBank((await renewalOf(acme)).confirmUrl ?? '', 'approve')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
  })

  it('has its whole time again for the question where nobody else has looked', async () => {
    const looks: unknown[] = []
    const acme = await refusedAndStill(
      async () => undefined,
      async (asking) => looks.push(await asking.lookAt((await renewalOf(asking)).id)),
    )
    expect(looks, 'who looks meanwhile').toEqual([expect.objectContaining({ seen: false })])
    expect(await renewalOf(acme)).toMatchObject({ state: 'needs_customer' })
    expect(await mails(acme)).toEqual(['payment_action_required'])
  })
})

describe('C12: a worker that stands still with a refusal that somebody else has told of', () => {
  it('takes it for no answer to the attempt that a person makes meanwhile', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await bankSays(acme, 'pm_card_chargeCustomerFail')
    const gate = new EventEmitter()
    const [asks, mayAsk] = [once(gate, 'asks'), once(gate, 'may ask')]
    const waiting: PaymentProvider = {
      ...stage.provider,
      attempt: async (sent) => {
        gate.emit('asks')
        await mayAsk
        return stage.provider.attempt(sent)
      },
    }
    let pays: Promise<unknown> = Promise.resolve()
    const slow: PaymentProvider = {
      ...stage.provider,
      attempt: async (sent) => {
        const observed = await stage.provider.attempt(sent)
        await acme.recover()
        await bankSays(acme, 'pm_card_visa')
        const { id: documentId } = await acme.latestDocument()
        pays = payInvoice({ ...acme.flow, provider: waiting }, { organizationId: acme.organizationId, documentId, returnUrl: 'https://dashboard.example/' })
        await asks
        return observed
      },
    }
    await acme.jumpTo('2026-01-31T00:00:00Z')
    await runDueFor(slow, [acme.organizationId])
    gate.emit('may ask')
    await pays
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.told()).filter((kind) => kind.startsWith('payment_') || kind === 'renewal_paid')).toEqual(['payment_failed', 'renewal_paid'])
  })
})
