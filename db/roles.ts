import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/** What members reach: row-level security holds it to one organization. */
export const WEB_ROLE = 'headroom_web'
/** The machine interface, the worker and the operator's desk: every organization, but never a superuser. */
export const ENGINE_ROLE = 'headroom_engine'

export type RoleUrls = { webUrl: string; engineUrl: string }

type Given = {
  /** Passwords are derived from it, so that every process of one installation arrives at the same ones. */
  secret?: string | undefined
  webUrl?: string | undefined
  engineUrl?: string | undefined
}

const ROLES_LOCK = 4_832_011
const SCRAM_ITERATIONS = 4096
/**
 * How long the engine may hold its locks without saying anything: a process that is frozen or cut off keeps its customers' counters otherwise,
 * and whoever waits for those, until the system gives its connection up, which takes hours.
 */
const ENGINE_MAY_STAND = '60s'

/**
 * Creates the two roles that Headroom works as, or takes the ones it is given, and makes sure that neither can see
 * around row-level security, nor make temporary tables. Runs before the migrations, which grant to them. Doing it again changes nothing.
 *
 * @throws Error in one sentence where the owner may not create roles, or a given one is too strong or does not answer.
 */
export async function prepareRoles(ownerUrl: string, { secret, webUrl, engineUrl }: Given = {}): Promise<RoleUrls> {
  const seed = secret ?? randomBytes(32).toString('base64url')
  const owner = new Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await owner.query('select pg_advisory_lock($1)', [ROLES_LOCK]) // Two starts at once would trip over the catalog.
    const urls = {
      webUrl: await prepareRole(owner, ownerUrl, WEB_ROLE, seed, webUrl),
      engineUrl: await prepareRole(owner, ownerUrl, ENGINE_ROLE, seed, engineUrl),
    }
    await refuseStrongRoles(owner)
    await forbidTemporaryTables(owner)
    await Promise.all([confirmSignIn(urls.webUrl, WEB_ROLE), confirmSignIn(urls.engineUrl, ENGINE_ROLE)])
    return urls
  } finally {
    await owner.end()
  }
}

async function prepareRole(owner: Client, ownerUrl: string, role: string, seed: string, given: string | undefined): Promise<string> {
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [role])
  const exists = rowCount === 1
  if (given !== undefined) {
    // Theirs to keep: a role that exists is left alone, a missing one is created as the address says.
    if (!exists) await runAsOwner(owner, role, `create role ${escapeIdentifier(role)} login ${passwordClause(decodeURIComponent(new URL(given).password))}`)
    return given
  }
  const password = createHmac('sha256', seed).update(`postgres role ${role}`).digest('base64url')
  await runAsOwner(owner, role, `${exists ? 'alter' : 'create'} role ${escapeIdentifier(role)} login ${passwordClause(password)}`)
  if (role === ENGINE_ROLE) {
    await runAsOwner(owner, role, `alter role ${escapeIdentifier(role)} set idle_in_transaction_session_timeout = ${escapeLiteral(ENGINE_MAY_STAND)}`)
  }
  const url = new URL(ownerUrl)
  url.username = role
  url.password = password
  return url.href
}

async function runAsOwner(owner: Client, role: string, statement: string): Promise<void> {
  try {
    await owner.query(statement)
  } catch (cause) {
    throw new Error(
      `The user of DATABASE_URL may not create or change the role ${role}. Give it CREATEROLE, ` +
        'or create headroom_web and headroom_engine yourself and set DATABASE_WEB_URL and DATABASE_ENGINE_URL.',
      { cause },
    )
  }
}

/** Sent as Postgres stores it, so that no statement log ever holds the password itself. */
function passwordClause(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `password ${escapeLiteral(`SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`)}`
}

/** @throws Error naming the role that row-level security would not hold. */
export async function refuseStrongRoles(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ role: string }>(
    'select rolname as role from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls) order by rolname',
    [[WEB_ROLE, ENGINE_ROLE]],
  )
  if (rows.length === 0) return
  throw new Error(`The role ${rows.map(({ role }) => role).join(' and ')} can see around row-level security; take SUPERUSER and BYPASSRLS from it.`)
}

/** Everybody may make them in a database, until it is taken away; its owner keeps the right, by which migrations work. */
async function forbidTemporaryTables(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    "select current_database() as name where has_database_privilege('public', current_database(), 'TEMPORARY')",
  )
  for (const { name } of rows) await owner.query(`revoke temporary on database ${escapeIdentifier(name)} from public`)
}

async function confirmSignIn(url: string, role: string): Promise<void> {
  const variable = role === WEB_ROLE ? 'DATABASE_WEB_URL' : 'DATABASE_ENGINE_URL'
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select current_user as name')
    if (rows[0]?.name !== role) throw new Error(`${variable} signs in as ${rows[0]?.name}, where Headroom needs ${role}.`)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no answer'
    throw new Error(`Headroom could not sign in to Postgres as ${role} (${variable} where you set it): ${reason}`, { cause })
  } finally {
    await client.end().catch(() => undefined)
  }
}
