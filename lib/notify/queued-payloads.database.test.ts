import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { messages, usageSegments } from '../../db/schema'
import { createTeam, provideDatabase } from '../auth/testing/team'
import type { DocumentRow } from '../billing/commands/store/documents'
import type { Message } from '../billing/commands/store/messages'
import { cancellationMessage, movedToFreeMessage, planChangedMessage } from '../billing/commands/store/words'
import { confirmationNeededMessage, paymentFailedMessage, renewalPaidMessage } from '../billing/commands/store/words-payments'
import { apiCallsProduct, termsOf } from '../billing/testing/holdings'
import { createMeteredOrganization } from '../billing/testing/metered-organization'
import { newId } from '../ids'
import { evaluateAlerts } from '../metering/alerts'
import { minor } from '../money'
import { instant } from '../time'
import { drawText } from './draw-mail'
import { wordMessage } from './word-message'

provideDatabase()

/** What commands queue is what the words read: asked of the commands' own code, after a round trip through the database's JSON. */
describe('what a command queues has words', () => {
  const at = instant('2026-05-02T10:00:00Z')
  const [basic, pro] = [termsOf(apiCallsProduct, 'basic', 'month'), termsOf(apiCallsProduct, 'free', 'month')]

  it('for every change of a plan and every outcome of a payment', async () => {
    const { organization } = await createTeam('Contract')
    const subscription = newId('sub')
    const document = {
      id: newId('inv'),
      series: 'invoice',
      number: 42n,
      amountDue: minor(1333),
      currency: 'usd',
      periodStart: at,
      periodEnd: instant('2026-06-01T10:00:00Z'),
    } as DocumentRow
    const lines = [{ description: 'Basic, 30 days', amount: '1333' }]
    const receipt = { documentId: document.id, documentNumber: 'INV-000042', lines, moreLines: 0, total: '1333', creditApplied: '0', amountPaid: '1333' }
    const told: Message[] = [
      movedToFreeMessage(organization, subscription, basic, at),
      planChangedMessage(organization, subscription, { from: pro, to: basic, amount: minor(1000), receipt, at }),
      cancellationMessage(organization, subscription, basic, 'cancellation_scheduled', at, at),
      cancellationMessage(organization, subscription, basic, 'reactivated', at, at),
      renewalPaidMessage(organization, document, { planName: 'Basic', receipt, at }),
      paymentFailedMessage(organization, document, { reason: 'expired_card', attempt: 1, nextTryAt: at, lastTry: false, stopsPlan: null, at }),
      paymentFailedMessage(organization, document, { reason: 'expired_card', attempt: 4, nextTryAt: null, lastTry: true, stopsPlan: 'Basic', at }),
      confirmationNeededMessage(organization, document, 'https://bank.example/3ds', at),
    ]
    for (const { kind, payload } of told) {
      const text = drawText(wordMessage(kind, JSON.parse(JSON.stringify(payload))))
      expect(text, kind).toContain('Contract')
      expect(text, kind).not.toMatch(/undefined|NaN/)
    }
  })

  it.each([
    { plan: 'basic', units: 24_000n, says: '24,000 of 30,000 calls (80%)', next: 'requests are refused until' },
    { plan: 'basic', units: 30_000n, says: '30,000 of 30,000 calls (100%)', next: 'Requests are refused now' },
  ])('for usage of $units on $plan', async ({ plan, units, says, next }) => {
    const { organizationId } = await inEngine(async (tx) => {
      const made = await createMeteredOrganization(tx, { plan })
      await tx.update(usageSegments).set({ units }).where(eq(usageSegments.subscriptionId, made.subscriptionId))
      await evaluateAlerts(tx, { ...made, now: at })
      return made
    })
    const queued = await inEngine((tx) => tx.select().from(messages).where(eq(messages.organizationId, organizationId)))
    expect(queued).toHaveLength(1)
    for (const { kind, payload } of queued) {
      const text = drawText(wordMessage(kind as Message['kind'], payload))
      expect(text).toContain(says)
      expect(text).toContain(next)
    }
  })
})
