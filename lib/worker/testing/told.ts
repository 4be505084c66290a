import { and, asc, eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { messages } from '../../../db/schema'
import type { OrganizationId } from '../../ids'

export type Told = typeof messages.$inferSelect

/** All that is written to a customer, oldest first: what is queued, and what was sent. */
export function toldTo({ id }: { id: OrganizationId }): Promise<Told[]> {
  const written = and(eq(messages.organizationId, id), eq(messages.channel, 'email'))
  return inEngine((tx) => tx.select().from(messages).where(written).orderBy(asc(messages.id)))
}
