import type { Transaction } from '../../../../db/client'
import { auditLog } from '../../../../db/schema'
import { newId, type OrganizationId } from '../../../ids'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'

export type AuditEntry = {
  organizationId: OrganizationId
  at: Instant
  actor: Actor
  /** The verb in the past tense after its noun: `subscription.changed`, `member.removed`. */
  action: string
  /** The id of what was acted on. */
  target: string
  before?: Record<string, unknown>
  after?: Record<string, unknown>
}

/** Who did what, when; in the transaction of what was done. */
export async function recordAudit(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.insert(auditLog).values(entries.map((entry) => ({ ...entry, id: newId('aud') })))
}
