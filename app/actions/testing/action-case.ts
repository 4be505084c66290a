import { and, eq } from 'drizzle-orm'
import { subscriptions } from '@/db/schema'
import type { Tenant } from '@/lib/auth/testing/acting-people'

type Input = Record<string, unknown>
export type Prepared = {
  tenant: Tenant
  input: Input
  /** How often it has happened. */
  effects(): Promise<number>
  /** What the browser holds besides, whoever is signed in. */
  arrive?(): Promise<void>
}

/** One action, ready to be tried in every way. */
export type Case = {
  prepare(): Promise<Prepared>
  /** A second press at the same moment is another wish, or shows the same again: why more than one may be done. */
  mayRepeat?: string
  /** What `effects` is after four presses at once; one, if left out. */
  afterFour?: number
}

export const onSubscription = ({ life }: Tenant) => and(eq(subscriptions.organizationId, life.organizationId), eq(subscriptions.id, life.subscriptionId))
export const charges = async ({ life }: Tenant) => (await life.charges()).length
