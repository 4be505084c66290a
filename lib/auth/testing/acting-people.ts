import { and, eq } from 'drizzle-orm'
import { Pool } from 'pg'
import { inEngine } from '@/db/client'
import { members, organizations, users } from '@/db/schema'
import { hashPassword } from '@/lib/auth/password'
import type { Role } from '@/lib/auth/permissions'
import { sealSession, sessionCookieName } from '@/lib/auth/session-cookie'
import { addTeamMember, PASSWORD } from '@/lib/auth/testing/team'
import { type Scenario, scenario } from '@/lib/billing/testing/scenario'
import type { Stage } from '@/lib/billing/testing/stage'
import type { UserId } from '@/lib/ids'

/** The browser's cookies. */
export const jar = new Map<string, string>()

/** As `cookies()` of `next/headers` reads and sets them; one that is emptied is gone. */
export const cookieStore = {
  get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined),
  getAll: () => [...jar].map(([name, value]) => ({ name, value })),
  has: (name: string) => jar.has(name),
  set: (name: string, value: string) => void (value === '' ? jar.delete(name) : jar.set(name, value)),
}

export async function signInAs(user: UserId | null): Promise<void> {
  jar.clear()
  if (!user) return
  const [person] = await inEngine((tx) => tx.select({ sessionVersion: users.sessionVersion }).from(users).where(eq(users.id, user)))
  if (person) jar.set(sessionCookieName(), await sealSession({ id: user, sessionVersion: person.sessionVersion }))
}

/** An organization with a life, its address, and its people by role. */
export type Tenant = { life: Scenario; slug: string; name: string; owner: UserId; email: string; personOf(role: Role): Promise<UserId> }

export async function foundTenant(stage: Stage, facts: Parameters<typeof scenario>[1] = {}): Promise<Tenant> {
  const life = await scenario(stage, facts)
  const [found] = await inEngine((tx) =>
    tx
      .select({ slug: organizations.slug, name: organizations.name, owner: users.id, email: users.email })
      .from(organizations)
      .innerJoin(members, and(eq(members.organizationId, organizations.id), eq(members.role, 'owner')))
      .innerJoin(users, eq(users.id, members.userId))
      .where(eq(organizations.id, life.organizationId)),
  )
  if (!found) throw new Error('the organization has no owner')
  const passwordHash = await hashPassword(PASSWORD)
  const joinedAt = await life.now()
  await inEngine(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, found.owner))
    await tx.update(members).set({ joinedAt }).where(eq(members.organizationId, life.organizationId))
  })
  const personOf = async (role: Role) => (role === 'owner' ? found.owner : (await addTeamMember(life.organizationId, role)).userId)
  return { life, ...found, personOf }
}

const pools = new Map<string, Pool>()

/** One connection of a database's owner for all of a file's questions: a new one reads the whole catalog first. It ends with its database. */
function poolOf(ownerUrl: string): Pool {
  const pool = pools.get(ownerUrl) ?? new Pool({ connectionString: ownerUrl, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true })
  if (!pools.has(ownerUrl)) pool.on('error', () => pools.delete(ownerUrl))
  pools.set(ownerUrl, pool)
  return pool
}

/** A hash of each table's rows, but of who tried to sign in and who is: what a refused action must leave as it was. One statement: hundreds of cases ask twice. */
export async function fingerprint(ownerUrl: string): Promise<Record<string, string>> {
  const pool = poolOf(ownerUrl)
  const { rows: tables } = await pool.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname not in ('sign_in_tries', 'sign_ins', 'sessions')",
  )
  // The sum of each row's own hash, which no order changes, so that nothing is sorted.
  const ofTable = ({ name }: { name: string }) =>
    `select '${name}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as print from "${name}" t`
  const { rows } = await pool.query<{ name: string; print: string }>(tables.map(ofTable).join(' union all '))
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]))
}
