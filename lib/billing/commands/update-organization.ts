import { isDeepStrictEqual } from 'node:util'
import { eq } from 'drizzle-orm'
import { postgresCode } from '../../../db/client'
import { type BillingDetails, type DocumentLanguage, organizations } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { lockOrganization, type Organization } from './store/organization'

/** What is left out stays; in `billing`, null takes a detail away. */
export type UpdateOrganization = {
  organizationId: OrganizationId
  name?: string
  country?: string | null
  billing?: { [Detail in keyof BillingDetails]?: BillingDetails[Detail] | null }
  language?: DocumentLanguage
  metadata?: Record<string, string>
  externalId?: string | null
  trustTier?: number
  /** Why, where the operator says so: it stands in the activity. */
  reason?: string
}

export type UpdateOrganizationRefusal = { code: 'external_id_taken'; externalId: string }

const UNIQUE_VIOLATION = '23505'

/** Changes an organization's own facts. The address (slug) stays, so that links that were sent go on working. */
export async function updateOrganization(
  { tx, actor }: CommandContext,
  { organizationId, reason, ...wanted }: UpdateOrganization,
): Promise<Result<Organization, UpdateOrganizationRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const changed = changesOf(organization, wanted)
  const names = Object.keys(changed) as (keyof typeof changed)[]
  if (names.length === 0) return ok(organization)

  const updated = await write()
  if (!updated) return refuse({ code: 'external_id_taken', externalId: wanted.externalId ?? '' })
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor,
      action: 'organization.updated',
      target: organizationId,
      before: pick(organization, names),
      after: { ...changed, ...(reason !== undefined && { reason }) },
    },
  ])
  return ok(updated)

  /** Another organization's external id cannot be seen from here, only be run into; the savepoint keeps the rest alive. */
  async function write(): Promise<Organization | null> {
    try {
      const [row] = await tx.transaction((savepoint) => savepoint.update(organizations).set(changed).where(eq(organizations.id, organizationId)).returning())
      return row ?? null
    } catch (fault) {
      if (postgresCode(fault) === UNIQUE_VIOLATION) return null
      throw fault
    }
  }
}

type Changes = Partial<Pick<Organization, 'name' | 'country' | 'billing' | 'language' | 'metadata' | 'externalId' | 'trustTier'>>

function changesOf(organization: Organization, { billing, ...wanted }: Omit<UpdateOrganization, 'organizationId' | 'reason'>): Changes {
  const next: Changes = { ...wanted, ...(billing && { billing: merge(organization.billing, billing) }) }
  const isNew = ([name, value]: [string, unknown]) => value !== undefined && !isDeepStrictEqual(value, organization[name as keyof Changes])
  return Object.fromEntries(Object.entries(next).filter(isNew))
}

function merge(held: BillingDetails, wanted: NonNullable<UpdateOrganization['billing']>): BillingDetails {
  return Object.fromEntries(Object.entries({ ...held, ...wanted }).filter(([, value]) => value !== null && value !== undefined))
}

function pick(organization: Organization, names: (keyof Changes)[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, organization[name]]))
}
