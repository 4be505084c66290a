import { and, eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { members, methodSetups, organizations, users } from '../../../db/schema'
import { failpoint } from '../../failpoint'
import type { OrganizationId, PaymentId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { type PaymentMethod, type PaymentProvider, ProviderMisuse } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import { systemClock } from '../../time'
import { type CardUpdateRefusal, previewCardUpdate, saveCard, storePayer } from '../commands/set-payment-method'
import type { Forbidden } from '../commands/store/members'
import { lockOrganization } from '../commands/store/organization'
import { collect } from './collect'
import type { FlowContext } from './flow-context'
import { forgetPayer } from './forget-payer'

type Collected = { method: PaymentMethod }
type Asking = { organizationId: OrganizationId; key: string }

/**
 * The payment provider's customer for an organization. Each request asks under a key of its own: a provider remembers a
 * failure of its own under its key for a day, and a customer too many, without a card, costs nobody anything.
 */
async function ensurePayer(provider: PaymentProvider, { organizationId, key }: Asking): Promise<string> {
  const [organization] = await inEngine((tx) =>
    tx
      .select({ name: organizations.name, payerRef: organizations.payerRef, email: users.email })
      .from(organizations)
      .leftJoin(members, and(eq(members.organizationId, organizations.id), eq(members.role, 'owner')))
      .leftJoin(users, eq(users.id, members.userId))
      .where(eq(organizations.id, organizationId))
      .limit(1),
  )
  if (!organization) throw new Error(`organization ${organizationId} does not exist`)
  if (organization.payerRef) return organization.payerRef
  const { payerRef } = await provider.ensurePayer({
    organizationId,
    name: organization.name,
    email: organization.email ?? '',
    key: `org:${organizationId}:payer:${key}`,
  })
  failpoint('payer:made')
  return inEngine((tx) => storePayer({ tx, actor: 'system' }, { organizationId, payerRef }))
}

/** Asks the provider about the organization's customer. One that was deleted there is made anew, and asked about under a key of its own. */
async function withPayer<Value>(provider: PaymentProvider, asking: Asking, ask: (payerRef: string, key: string) => Promise<Value>): Promise<Value> {
  const payerRef = await ensurePayer(provider, asking)
  try {
    return await ask(payerRef, asking.key)
  } catch (fault) {
    if (!(fault instanceof ProviderMisuse) || fault.about !== 'payer') throw fault
    const { organizationId } = asking
    await forgetPayer(provider, { organizationId, payerRef })
    const key = `${asking.key}:anew`
    return ask(await ensurePayer(provider, { organizationId, key }), key)
  }
}

/**
 * Puts a payment method on file that the caller already holds (machine interface), then collects the open invoices that
 * saving was said to collect, oldest first (C12, G81, G94). A method that the bank refuses changes nothing.
 */
export async function setPaymentMethod(
  context: FlowContext,
  input: { organizationId: OrganizationId; methodRef: string; key: string; expectedAmountDue?: MinorUnits | undefined },
): Promise<Result<Collected, CardUpdateRefusal | Forbidden | { code: 'method_refused'; reason: string }>> {
  const { provider, first } = context
  const expected = await first((command) => previewCardUpdate(command, input))
  if (!expected.ok) return expected
  const attached = await withPayer(provider, input, (payerRef, key) =>
    provider.attachMethod({ payerRef, methodRef: input.methodRef, key: `method:${input.organizationId}:${key}` }),
  )
  failpoint('card:attached')
  if (attached.state === 'refused') return refuse({ code: 'method_refused', reason: attached.reason })
  // Another renewal may have come in while the provider was asked: then the card is saved, and what is open has its schedule.
  const { organizationId, expectedAmountDue } = input
  const saved = await first((command) => saveCard(command, { organizationId, expectedAmountDue, method: attached.method }))
  failpoint('card:saved')
  if (saved.ok) await collectDue(context, input.organizationId, saved.value.paymentIds)
  return ok({ method: attached.method })
}

export type BeginCardSetup = {
  organizationId: OrganizationId
  currency: Currency
  returnUrl: string
  cancelUrl: string
  key: string
  expectedAmountDue: MinorUnits
}

/** Sends a person to the provider's own card page; `returnUrl` gets `setup=<reference>` added. */
export async function beginCardSetup({ provider, first }: FlowContext, input: BeginCardSetup): Promise<Result<{ url: string }, CardUpdateRefusal | Forbidden>> {
  const expected = await first((command) => previewCardUpdate(command, input))
  if (!expected.ok) return expected
  const { organizationId, expectedAmountDue } = input
  const { setupRef, url } = await withPayer(provider, input, (payerRef, key) =>
    provider.beginMethodSetup({ ...input, payerRef, key: `setup:${organizationId}:${key}` }),
  )
  await first(({ tx }) =>
    tx.insert(methodSetups).values({ organizationId, setupRef, state: 'open', expectedAmountDue, createdAt: systemClock.now() }).onConflictDoNothing(),
  )
  return ok({ url })
}

export type CardSetupOutcome =
  | {
      state: 'complete'
      method: PaymentMethod
      /**
       * It pays what the page said: it has been tried, or is as soon as whoever is at it lets go. False: what was open has changed since the page
       * was shown, and nothing was collected.
       */
      pays: boolean
    }
  | { state: 'open' | 'expired' | 'unknown' }

/**
 * Reads back what a person did on the card page: for the return page and for the webhook, whoever comes first. Only a setup
 * that this organization began counts, and only what its page said is collected (G81).
 */
export async function completeCardSetup(context: FlowContext, input: { organizationId: OrganizationId; setupRef: string }): Promise<CardSetupOutcome> {
  const { provider, first } = context
  const key = and(eq(methodSetups.organizationId, input.organizationId), eq(methodSetups.setupRef, input.setupRef))
  const [begun] = await first(({ tx }) => tx.select().from(methodSetups).where(key))
  if (!begun) return { state: 'unknown' }
  const setup = await provider.readMethodSetup(input.setupRef)
  if (setup.state !== 'complete') return { state: setup.state }
  if (begun.state !== 'open') return { state: 'complete', method: setup.method, pays: true }
  const saved = await first(async (command) => {
    await lockOrganization(command.tx, input.organizationId)
    const completed = await command.tx
      .update(methodSetups)
      .set({ state: 'complete' })
      .where(and(key, eq(methodSetups.state, 'open')))
      .returning({ setupRef: methodSetups.setupRef })
    // The return page and the webhook may come together: the first saves, and a card that has been replaced since stays replaced.
    return completed.length === 0 ? null : saveCard(command, { ...begun, method: setup.method })
  })
  failpoint('setup:saved')
  if (!saved) return { state: 'complete', method: setup.method, pays: true }
  if (saved.ok) await collectDue(context, input.organizationId, saved.value.paymentIds)
  return { state: 'complete', method: setup.method, pays: saved.ok }
}

/** The organization that began a card setup, for the webhook. */
export async function findCardSetup(setupRef: string): Promise<OrganizationId | null> {
  const [begun] = await inEngine((tx) =>
    tx.select({ organizationId: methodSetups.organizationId }).from(methodSetups).where(eq(methodSetups.setupRef, setupRef)),
  )
  return begun?.organizationId ?? null
}

/** Oldest first (G94). They are due, so that whoever comes first collects each once. */
async function collectDue({ provider }: FlowContext, organizationId: OrganizationId, paymentIds: readonly PaymentId[]): Promise<void> {
  for (const paymentId of paymentIds) await collect(provider, { organizationId, paymentId }, { onlyIfDue: true })
}
