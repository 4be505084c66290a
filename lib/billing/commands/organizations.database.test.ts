import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../../db/client'
import { auditLog, documents, invitations, messages, organizations, subscriptions, testClocks } from '../../../db/schema'
import { hashInvitationToken } from '../../auth/invitation-token'
import { asMember, createTeam, lastInvitationTokenFor, membershipIn, provideDatabase } from '../../auth/testing/team'
import { newId, type OrganizationId } from '../../ids'
import { instant, systemClock } from '../../time'
import { apiCallsProduct } from '../testing/holdings'
import { publishForTest, subscribeForTest } from '../testing/metered-organization'
import { findInvitation } from '../views/invitation'
import { listMembers } from '../views/members'
import { listMemberships } from '../views/membership'
import { type CreateOrganization, createOrganization } from './create-organization'
import { deleteOrganization } from './delete-organization'
import { updateOrganization } from './update-organization'

provideDatabase()

const create = (input: Partial<CreateOrganization> & { name: string }) =>
  inEngine((tx) => createOrganization({ tx, actor: 'operator' }, { owner: { email: 'olivia@example.com', name: 'Olivia' }, currency: 'usd', ...input }))

async function created(input: Partial<CreateOrganization> & { name: string }) {
  const result = await create(input)
  if (!result.ok) throw new Error(result.error.code)
  return result.value.organization
}

const actionsOf = async (organizationId: OrganizationId) =>
  (await inEngine((tx) => tx.select({ action: auditLog.action }).from(auditLog).where(eq(auditLog.organizationId, organizationId)).orderBy(auditLog.id))).map(
    ({ action }) => action,
  )

describe('creating an organization', () => {
  it('makes its owner, invites them by mail and says so in the activity', async () => {
    const organization = await created({
      name: 'Première',
      owner: { email: ' First@Example.com', name: 'First' },
      country: 'fr',
      metadata: { tier: 'gold' },
      trustTier: 2,
    })
    expect(organization).toMatchObject({
      slug: 'premiere',
      name: 'Première',
      currency: 'usd',
      country: 'fr',
      metadata: { tier: 'gold' },
      trustTier: 2,
      deletedAt: null,
    })
    expect(await inEngine((tx) => listMembers(tx, organization.id))).toMatchObject([
      { email: 'first@example.com', role: 'owner', joinedAt: null, invitation: { invitedBy: 'Première' } },
    ])
    expect(await actionsOf(organization.id)).toEqual(['organization.created', 'member.added'])
    const mails = await inEngine((tx) => tx.select().from(messages).where(eq(messages.recipient, 'first@example.com')))
    expect(mails).toMatchObject([{ kind: 'invitation', state: 'queued' }])
  })

  it('sends nothing with `invite: false`, and the owner belongs at once', async () => {
    const organization = await created({ name: 'Quiet', owner: { email: 'quiet@example.com', name: null }, invite: false })
    const [owner] = await inEngine((tx) => listMembers(tx, organization.id))
    expect(owner?.joinedAt).not.toBeNull()
    expect(await inEngine((tx) => tx.select().from(messages).where(eq(messages.recipient, 'quiet@example.com')))).toEqual([])
  })

  it('gives every organization an address of its own, also to ten of one name at once, and none of ours', async () => {
    const slugs = await Promise.all(Array.from({ length: 10 }, async () => (await created({ name: 'Same Name' })).slug))
    expect(new Set(slugs).size).toBe(10)
    expect(slugs).toContain('same-name')
    expect(slugs).toContain('same-name-10')
    expect((await created({ name: 'API' })).slug).toBe('api-2')
    expect((await created({ name: 'Sign in' })).slug).toBe('sign-in-2')
  })

  it('lives in the time of its test clock', async () => {
    const now = instant('2026-05-01T00:00:00Z')
    const clock = newId('clock')
    await inEngine((tx) => tx.insert(testClocks).values({ id: clock, now }))
    const organization = await created({ name: 'On a clock', testClockId: clock })
    expect(organization.registeredAt.equals(now)).toBe(true)
    expect(await create({ name: 'No such clock', testClockId: newId('clock') })).toMatchObject({ ok: false, error: { code: 'test_clock_not_found' } })
  })
})

describe('the operator’s own id (G82)', () => {
  it('with the same owner answers the organization that is there; with another it is taken', async () => {
    const first = await create({ name: 'External', externalId: 'cus_1' })
    const again = await create({ name: 'External again', externalId: 'cus_1', owner: { email: 'OLIVIA@example.com', name: null } })
    expect(first).toMatchObject({ ok: true, value: { created: true } })
    expect(again).toMatchObject({ ok: true, value: { created: false, organization: { name: 'External' } } })
    expect(await create({ name: 'Thief', externalId: 'cus_1', owner: { email: 'thief@example.com', name: null } })).toEqual({
      ok: false,
      error: { code: 'external_id_taken', externalId: 'cus_1' },
    })
  })

  it('makes one organization, however many ask at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => create({ name: 'Burst', externalId: 'cus_burst' })))
    expect(results.filter((result) => result.ok && result.value.created)).toHaveLength(1)
    expect(new Set(results.map((result) => (result.ok ? result.value.organization.id : 'refused'))).size).toBe(1)
  })

  it('cannot be changed to another one’s', async () => {
    await created({ name: 'Holder', externalId: 'cus_held' })
    const { organization, owner } = await createTeam('Wants it')
    const result = await asMember(owner, organization, (context) =>
      updateOrganization(context, { organizationId: organization.id, name: 'Renamed', externalId: 'cus_held' }),
    )
    expect(result).toEqual({ ok: false, error: { code: 'external_id_taken', externalId: 'cus_held' } })
    const [row] = await inEngine((tx) => tx.select().from(organizations).where(eq(organizations.id, organization.id)))
    expect(row).toMatchObject({ name: 'Wants it', externalId: null })
    expect(await actionsOf(organization.id)).not.toContain('organization.updated')
  })
})

describe('changing an organization', () => {
  it('changes what is named and writes down what it was', async () => {
    const { organization, owner } = await createTeam('Before')
    const update = (wanted: Omit<Parameters<typeof updateOrganization>[1], 'organizationId'>) =>
      asMember(owner, organization, (context) => updateOrganization(context, { organizationId: organization.id, ...wanted }))
    await update({ billing: { taxId: 'DE 1', emails: ['books@example.com'] } })
    const result = await update({ name: 'After', billing: { address: 'Main Street 1', taxId: null } })
    expect(result).toMatchObject({
      ok: true,
      value: { name: 'After', slug: organization.slug, billing: { address: 'Main Street 1', emails: ['books@example.com'] } },
    })
    expect(result.ok && 'taxId' in result.value.billing).toBe(false)

    const entries = await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.organizationId, organization.id)).orderBy(auditLog.id))
    expect(entries.at(-1)).toMatchObject({
      action: 'organization.updated',
      actor: owner.id,
      before: { name: 'Before', billing: { taxId: 'DE 1' } },
      after: { name: 'After', billing: { address: 'Main Street 1' } },
    })
  })

  it('writes nothing where nothing changes', async () => {
    const { organization, owner } = await createTeam('Unchanged')
    await asMember(owner, organization, (context) => updateOrganization(context, { organizationId: organization.id, name: 'Unchanged', metadata: {} }))
    expect(await actionsOf(organization.id)).not.toContain('organization.updated')

    const details = { name: 'Acme, Inc.', address: '1 Main Street', country: 'US', taxId: 'US 1', emails: ['bills@example.com'] }
    const save = () =>
      asMember(owner, organization, (context) =>
        updateOrganization(context, { organizationId: organization.id, billing: details, metadata: { region: 'eu', id: '7' } }),
      )
    for (let time = 0; time < 3; time++) expect((await save()).ok).toBe(true)
    expect((await actionsOf(organization.id)).filter((action) => action === 'organization.updated')).toHaveLength(1)
  })
})

describe('closing an organization (G14)', () => {
  const close = (team: Awaited<ReturnType<typeof createTeam>>, by = team.owner) =>
    asMember(by, team.organization, (context) => deleteOrganization(context, { organizationId: team.organization.id }))

  it('waits for a paid period to end', async () => {
    const team = await createTeam('Paying')
    const { subscriptionId, period } = await inEngine(async (tx) => {
      await publishForTest(tx, apiCallsProduct)
      return subscribeForTest(tx, team.organization.id, { plan: 'basic' })
    })
    expect(await close(team)).toMatchObject({ ok: false, error: { code: 'subscription_active', subscriptionId, planName: 'Basic', periodEnd: period.end } })
    expect((await inEngine((tx) => tx.select().from(organizations).where(eq(organizations.id, team.organization.id))))[0]?.deletedAt).toBeNull()
  })

  it('ends the free plan, shuts everybody out, frees the external id and keeps the invoices', async () => {
    const team = await createTeam('Leaving', ['admin'])
    const { organization, owner } = team
    const now = systemClock.now()
    const documentId = newId('inv')
    await inEngine(async (tx) => {
      await publishForTest(tx, apiCallsProduct)
      await subscribeForTest(tx, organization.id, { plan: 'free' })
      await tx.update(organizations).set({ externalId: 'cus_leaving' }).where(eq(organizations.id, organization.id))
      const nothing = 0n as never
      const party = { name: 'x' }
      await tx.insert(documents).values({
        organizationId: organization.id,
        id: documentId,
        series: 'invoice',
        kind: 'renewal',
        status: 'paid',
        currency: 'usd',
        total: nothing,
        creditApplied: nothing,
        carriedForward: nothing,
        amountDue: nothing,
        creditIssued: nothing,
        differsBecause: [],
        seller: party,
        buyer: party,
        issuedAt: now,
      })
    })
    expect(await close(team)).toEqual({ ok: true, value: null })

    const [ended] = await inEngine((tx) => tx.select().from(subscriptions).where(eq(subscriptions.organizationId, organization.id)))
    expect(ended).toMatchObject({ status: 'canceled' })
    expect(ended?.endedAt).not.toBeNull()
    expect(await membershipIn(owner.userId, organization)).toBeNull()
    expect(await inWeb({ userId: owner.userId }, (tx) => listMemberships(tx, owner.userId))).toEqual([])
    expect(await inEngine((tx) => tx.select({ id: documents.id }).from(documents).where(eq(documents.organizationId, organization.id)))).toEqual([
      { id: documentId },
    ])
    expect(await create({ name: 'Leaving', externalId: 'cus_leaving' })).toMatchObject({
      ok: true,
      value: { created: true, organization: { slug: 'leaving-2' } },
    })
    expect((await actionsOf(organization.id)).at(-1)).toBe('organization.deleted')
  })

  it('is the owners’ alone', async () => {
    const team = await createTeam('Not yours', ['admin', 'billing', 'member'])
    for (const member of team.members) expect(await close(team, member)).toEqual({ ok: false, error: { code: 'forbidden', permission: 'organization:delete' } })
  })

  it('withdraws invitations that nobody used', async () => {
    const organization = await created({ name: 'Open invitation', owner: { email: 'unused@example.com', name: null } })
    const tokenHash = hashInvitationToken(await lastInvitationTokenFor('unused@example.com'))
    await inEngine((tx) => deleteOrganization({ tx, actor: 'operator' }, { organizationId: organization.id }))
    expect(await inWeb({}, (tx) => findInvitation(tx, tokenHash, systemClock.now()))).toBeNull()
    expect(
      await inEngine((tx) => tx.select({ id: invitations.memberId }).from(invitations).where(eq(invitations.organizationId, organization.id))),
    ).toHaveLength(1)
  })
})
