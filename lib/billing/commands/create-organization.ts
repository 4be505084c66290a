import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { members, organizations, testClocks, users } from '../../../db/schema'
import { newId, type OrganizationId, type TestClockId } from '../../ids'
import type { Currency } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { type Instant, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { inviteMember } from './store/invitations'
import { ensureUser, findMember, insertMember } from './store/members'
import type { Organization } from './store/organization'
import { findFreeSlug } from './store/organization-slug'

export type CreateOrganization = {
  name: string
  owner: { email: string; name: string | null }
  /** ISO 4217 in lower case. */
  currency: Currency
  /** ISO 3166-1 alpha-2. */
  country?: string | null
  testClockId?: TestClockId | null
  /** When the operator first knew the customer; now, if left out. */
  registeredAt?: Instant
  trustTier?: number
  externalId?: string | null
  metadata?: Record<string, string>
  /** False: the owner belongs at once and gets no mail (G82). */
  invite?: boolean
}

export type CreateOrganizationRefusal = { code: 'external_id_taken'; externalId: string } | { code: 'test_clock_not_found'; testClockId: TestClockId }

export type CreatedOrganization = { organization: Organization /** False: it was there already (G82). */; created: boolean }

/**
 * Creates an organization with its first owner. Runs as the engine: a new slug and an external id must be compared with
 * everybody's.
 *
 * The same external id with the same owner answers the organization that is there, so that a back end may repeat itself.
 */
export async function createOrganization(
  { tx, actor }: CommandContext,
  input: CreateOrganization,
): Promise<Result<CreatedOrganization, CreateOrganizationRefusal>> {
  const email = input.owner.email.trim().toLowerCase()
  // One at a time, so that neither slug nor external id is taken between the look and the write.
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('headroom:create_organization'))`)

  const { externalId } = input
  if (externalId) {
    const existing = await findByExternalId(tx, externalId)
    if (existing && (await isOwner(tx, existing.id, email))) return ok({ organization: existing, created: false })
    if (existing) return refuse({ code: 'external_id_taken', externalId })
  }
  const now = input.testClockId ? await readClock(tx, input.testClockId) : systemClock.now()
  if (now === null) return refuse({ code: 'test_clock_not_found', testClockId: input.testClockId as TestClockId })

  const organization = await insertOrganization(tx, input, now)
  const userId = await ensureUser(tx, { email, name: input.owner.name })
  const invite = input.invite ?? true
  const memberId = newId('mem')
  await insertMember(tx, { organizationId: organization.id, id: memberId, userId, role: 'owner', addedAt: now, joinedAt: invite ? null : now })
  const owner = await findMember(tx, organization.id, memberId)
  if (!owner) throw new Error(`owner ${memberId} was not written`)
  if (invite) await inviteMember(tx, { organization, member: owner, actor, at: now })

  const about = { organizationId: organization.id, at: now, actor }
  await recordAudit(tx, [
    {
      ...about,
      action: 'organization.created',
      target: organization.id,
      after: { name: organization.name, slug: organization.slug, currency: organization.currency },
    },
    { ...about, action: 'member.added', target: memberId, after: { email, role: 'owner' } },
  ])
  return ok({ organization, created: true })
}

async function findByExternalId(tx: Transaction, externalId: string): Promise<Organization | null> {
  const [found] = await tx.select().from(organizations).where(eq(organizations.externalId, externalId))
  return found ?? null
}

async function isOwner(tx: Transaction, organizationId: OrganizationId, email: string): Promise<boolean> {
  const [owner] = await tx
    .select({ id: members.id })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), eq(users.email, email), eq(members.role, 'owner'), isNull(members.removedAt)))
  return owner !== undefined
}

async function readClock(tx: Transaction, id: TestClockId): Promise<Instant | null> {
  const [clock] = await tx.select({ now: testClocks.now }).from(testClocks).where(eq(testClocks.id, id))
  return clock?.now ?? null
}

async function insertOrganization(tx: Transaction, input: CreateOrganization, now: Instant): Promise<Organization> {
  const [organization] = await tx
    .insert(organizations)
    .values({
      id: newId('org'),
      slug: await findFreeSlug(tx, input.name),
      name: input.name.trim(),
      currency: input.currency,
      country: input.country ?? null,
      externalId: input.externalId ?? null,
      metadata: input.metadata ?? {},
      trustTier: input.trustTier ?? 1,
      registeredAt: input.registeredAt ?? now,
      testClockId: input.testClockId ?? null,
    })
    .returning()
  if (!organization) throw new Error('the organization was not written')
  return organization
}
