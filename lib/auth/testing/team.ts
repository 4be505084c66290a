import { eq } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import { closeDatabase, inEngine, inWeb, type Transaction } from '../../../db/client'
import { messages, users } from '../../../db/schema'
import { createTestDatabase, type TestDatabase } from '../../../db/testing'
import { addMember } from '../../billing/commands/add-member'
import { createOrganization } from '../../billing/commands/create-organization'
import type { Member } from '../../billing/commands/store/members'
import type { Organization } from '../../billing/commands/store/organization'
import { listMembers } from '../../billing/views/members'
import { listMemberships, type Membership } from '../../billing/views/membership'
import type { MemberId, OrganizationId } from '../../ids'
import { openInvitationToken } from '../invitation-token'
import { hashPassword } from '../password'
import type { Role } from '../permissions'

export const PASSWORD = 'correct horse battery staple'

/** A database for one test file, with the environment pointing at it. */
export function provideDatabase(): { current: TestDatabase } {
  const held = {} as { current: TestDatabase }
  beforeAll(async () => {
    held.current = await createTestDatabase()
    process.env.DATABASE_WEB_URL = held.current.webUrl
    process.env.DATABASE_ENGINE_URL = held.current.engineUrl
    process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
    process.env.HEADROOM_URL = 'http://localhost:3000'
    process.env.HEADROOM_ENCRYPTION_KEYS = `tests:${Buffer.alloc(32, 7).toString('base64')}`
  })
  afterAll(async () => {
    await closeDatabase()
    await held.current.drop()
  })
  return held
}

let counter = 0

/** An organization whose owner belongs at once; its members sign in with `PASSWORD`. */
export async function createTeam(name: string, roles: readonly Role[] = []): Promise<{ organization: Organization; owner: Member; members: Member[] }> {
  const number = ++counter
  const { organization, owner } = await inEngine(async (tx) => {
    const created = await createOrganization(
      { tx, actor: 'operator' },
      { name, owner: { email: `owner${number}@example.com`, name: `Owner ${number}` }, currency: 'usd', invite: false },
    )
    if (!created.ok) throw new Error(created.error.code)
    const [owner] = await listMembers(tx, created.value.organization.id)
    if (!owner) throw new Error('no owner')
    return { organization: created.value.organization, owner }
  })
  const members: Member[] = []
  for (const role of roles) members.push(await addTeamMember(organization.id, role))
  for (const { userId } of [owner, ...members]) await setPassword(userId)
  return { organization, owner, members }
}

export async function addTeamMember(organizationId: OrganizationId, role: Role): Promise<Member> {
  const number = ++counter
  return inEngine(async (tx) => {
    const added = await addMember(
      { tx, actor: 'operator' },
      { organizationId, email: `${role}${number}@example.com`, name: `${role} ${number}`, role, invite: false },
    )
    if (!added.ok) throw new Error(added.error.code)
    return added.value
  })
}

async function setPassword(userId: Member['userId']): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD)
  await inEngine((tx) => tx.update(users).set({ passwordHash }).where(eq(users.id, userId)))
}

/** As a member's page does it: the web role, in one organization, as one person. */
export function asMember<Value>(
  member: Member,
  organization: Pick<Organization, 'id'>,
  work: (context: { tx: Transaction; actor: MemberId }) => Promise<Value>,
): Promise<Value> {
  return inWeb({ organizationId: organization.id, userId: member.userId }, (tx) => work({ tx, actor: member.id }))
}

/** As what somebody may open an organization; null where they may not. */
export async function membershipIn(userId: Member['userId'], { slug }: Pick<Organization, 'slug'>): Promise<Membership | null> {
  const memberships = await inWeb({ userId }, (tx) => listMemberships(tx, userId))
  return memberships.find(({ organization }) => organization.slug === slug) ?? null
}

/** The token of the link that was mailed to an address last. */
export async function lastInvitationTokenFor(email: string): Promise<string> {
  const rows = await inEngine((tx) => tx.select({ id: messages.id, payload: messages.payload }).from(messages).where(eq(messages.recipient, email)))
  const last = rows.sort((a, b) => a.id.localeCompare(b.id)).at(-1)
  if (typeof last?.payload.sealedToken !== 'string') throw new Error(`no invitation was sent to ${email}`)
  return openInvitationToken(last.payload.sealedToken)
}
