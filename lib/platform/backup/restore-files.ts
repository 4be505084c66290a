import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres'
import { directoryWithinReach, giveToUnprivilegedUser, packagedMajor } from '../postgres-binaries'
import { DATA } from './back-up-files'
import { endSessions } from './end-sessions'
import { BackupRefused, type Manifest } from './manifest'

const PASSWORD = 'password'

/**
 * Where the files of a backup would go.
 *
 * @param dataDirectory HEADROOM_DATA_DIRECTORY.
 * @throws BackupRefused where a database runs or lies there: nothing is ever overwritten.
 */
export async function openRestoreTarget(dataDirectory: string): Promise<string> {
  const wanted = join(dataDirectory, 'postgres')
  const directory = directoryWithinReach(wanted)
  if (!existsSync(join(directory, DATA))) return directory
  if (await findEmbeddedPostgres(wanted))
    throw new BackupRefused(`A database runs on ${directory}. Stop Headroom, and set HEADROOM_DATA_DIRECTORY to a new directory.`)
  throw new BackupRefused(`${directory} holds a database already. Set HEADROOM_DATA_DIRECTORY to a new directory, or move that one away.`)
}

/** @throws BackupRefused where the Postgres of these packages cannot read the files of that one. */
export function requireSamePostgres({ postgresMajor }: Pick<Manifest, 'postgresMajor'>): void {
  const ours = packagedMajor()
  if (ours === postgresMajor) return
  throw new BackupRefused(
    `The backup holds files of PostgreSQL ${postgresMajor}, and this version of Headroom brings PostgreSQL ${ours}. Restore it with the version that made it.`,
  )
}

/**
 * Puts a verified backup into an empty target and starts it once, which puts it right to the moment at which the backup ended. Copied aside and
 * renamed, so that a restore that is killed leaves nothing that looks like a database.
 *
 * @returns how many organizations it holds.
 */
export async function restoreFiles(backup: string, { directories, files }: Manifest, target: string): Promise<number> {
  const unfinished = join(target, `data-being-restored-${process.pid}`)
  try {
    for (const path of directories) own(placeOf(path, unfinished), (place) => mkdirSync(place, { recursive: true, mode: 0o700 }))
    for (const { path } of files.filter((file) => file.path.startsWith(`${DATA}/`))) {
      const place = placeOf(path, unfinished)
      if (!existsSync(dirname(place))) throw new Error(`${path} is in a directory that the backup does not name.`)
      own(place, () => cpSync(join(backup, path), place))
      chmodSync(place, 0o600)
    }
    cpSync(join(backup, PASSWORD), join(target, PASSWORD))
    chmodSync(join(target, PASSWORD), 0o600)
    renameSync(unfinished, join(target, DATA))
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return startOnce(target)
}

/** `data/base/1` of the backup is `base/1` of the cluster. */
function placeOf(path: string, cluster: string): string {
  return join(cluster, path.slice(DATA.length))
}

function own(place: string, make: (place: string) => void): void {
  make(place)
  giveToUnprivilegedUser(place)
}

async function startOnce(target: string): Promise<number> {
  const server = await startEmbeddedPostgres({ directory: target })
  const client = new Client({ connectionString: server.url })
  try {
    await client.connect()
    await endSessions(client)
    const { rows } = await client.query<{ organizations: number }>('SELECT count(*)::integer AS organizations FROM organizations')
    return rows[0]?.organizations ?? 0
  } finally {
    await client.end().catch(() => undefined)
    await server.stop()
  }
}

/**
 * Puts back the secrets that nobody set, without which nobody could read what the database holds encrypted.
 *
 * @throws BackupRefused where others are there.
 */
export function restoreSecrets(backup: string, dataDirectory: string): void {
  const [kept, target] = [join(backup, SECRETS), join(dataDirectory, SECRETS)]
  if (!existsSync(kept)) return
  if (existsSync(target)) {
    if (readFileSync(target, 'utf8') === readFileSync(kept, 'utf8')) return
    throw new BackupRefused(`${target} holds other secrets than the backup; what that holds encrypted could not be read. Move the file away.`)
  }
  mkdirSync(dataDirectory, { recursive: true })
  cpSync(kept, target)
  chmodSync(target, 0o600)
}

export const SECRETS = 'secrets.json'
