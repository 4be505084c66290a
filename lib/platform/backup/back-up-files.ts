import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Client } from 'pg'
import { systemClock } from '../../time'
import { type BackedUpFile, BackupRefused, hashFile, type Manifest } from './manifest'

/** Below the backup: the cluster's files as Postgres keeps them. */
export const DATA = 'data'

/** Made anew by Postgres at its start; the write-ahead log is copied by itself, up to where the backup ended. */
const EMPTIED = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'])
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'backup_label', 'backup_label.old', 'tablespace_map', 'tablespace_map.old', 'backup_manifest'])
const TEMPORARY = /^(pgsql_tmp|pg_internal\.init)/
const CONTROL = 'global/pg_control'

type Copied = Pick<Manifest, 'files' | 'directories'>
type Started = { lsn: string }
type Stopped = { lsn: string; labelfile: string }

export type FilesBackedUp = Pick<Manifest, 'postgresMajor' | 'startedAt' | 'endedAt' | 'files' | 'directories'>

/**
 * Copies the files of a Postgres that runs on this machine, while it is written to: between `pg_backup_start` and `pg_backup_stop`, with the
 * write-ahead log from the one to the other, which puts right at the first start what was torn while it was copied. Everything that was
 * committed before `endedAt` is in it.
 *
 * @param data the cluster's files, which this process may read.
 * @throws BackupRefused where the cluster has files elsewhere.
 */
export async function backUpFiles(ownerUrl: string, data: string, target: string): Promise<FilesBackedUp> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'headroom backup' })
  await client.connect()
  try {
    await refuseTablespaces(client)
    const copied = join(target, DATA)
    mkdirSync(copied, { mode: 0o700 })
    // Keeps the write-ahead log from here on until this session ends, however long the copying takes.
    await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [`headroom_backup_${process.pid}`])
    const startedAt = systemClock.now().toString()
    const { rows: started } = await client.query<Started>("SELECT pg_backup_start('headroom', true)::text AS lsn")
    const { files, directories } = await copyCluster(data, copied)
    const endedAt = systemClock.now().toString() // Before the end is asked for, because what is committed in between may come after it in the log.
    const { rows: stopped } = await client.query<Stopped>('SELECT lsn::text, labelfile FROM pg_backup_stop(false)')
    const [from, to] = [started[0], stopped[0]]
    if (!from || !to) throw new Error('Postgres began or ended no backup.')
    files.push(writeLabel(copied, to))
    files.push(...(await copyLog(client, data, copied, { from: from.lsn, to: to.lsn })))
    return { postgresMajor: await readMajor(client), startedAt, endedAt, files, directories }
  } finally {
    await client.end()
  }
}

async function refuseTablespaces(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>("SELECT spcname AS name FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')")
  if (rows[0]) throw new BackupRefused(`The tablespace ${rows[0].name} keeps files outside the database's directory, which this backup does not reach.`)
}

async function readMajor(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>("SELECT current_setting('server_version_num')::integer / 10000 AS version")
  return rows[0]?.version ?? 0
}

/** `pg_control` comes last, as with `pg_basebackup`: it may never be older than what it speaks of. */
async function copyCluster(data: string, target: string): Promise<Copied> {
  const copied: Copied = { files: [], directories: [DATA] }
  await copyDirectory(data, target, '', copied)
  const control = await copyLiving(data, target, CONTROL)
  if (!control) throw new Error(`${CONTROL} is missing from ${data}.`)
  copied.files.push(control)
  return copied
}

async function copyDirectory(data: string, target: string, below: string, copied: Copied): Promise<void> {
  for (const entry of readdirSync(join(data, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (TEMPORARY.test(entry.name) || LEFT_OUT.has(path) || path === CONTROL) continue
    if (entry.isDirectory()) {
      mkdirSync(join(target, path), { mode: 0o700 })
      copied.directories.push(`${DATA}/${path}`)
      if (!EMPTIED.has(path)) await copyDirectory(data, target, path, copied)
    } else if (entry.isFile()) {
      const file = await copyLiving(data, target, path)
      if (file) copied.files.push(file)
    }
  }
}

/** Null where it went meanwhile: a table was dropped, and the log says so too. */
async function copyLiving(data: string, target: string, path: string): Promise<BackedUpFile | null> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await pipeline(
      createReadStream(join(data, path)),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          bytes += chunk.length
          yield chunk
        }
      },
      createWriteStream(join(target, path), { mode: 0o600, flush: true }),
    )
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw fault
  }
  return { path: `${DATA}/${path}`, bytes, sha256: hash.digest('hex') }
}

/** Tells Postgres where to begin: without it a restored cluster would begin at the wrong place, and be corrupt without a word. */
function writeLabel(target: string, { labelfile }: Stopped): BackedUpFile {
  writeFileSync(join(target, 'backup_label'), labelfile, { mode: 0o600, flush: true })
  return { path: `${DATA}/backup_label`, bytes: Buffer.byteLength(labelfile), sha256: createHash('sha256').update(labelfile).digest('hex') }
}

/** The segments of the write-ahead log from the start of the backup to its end, by name; there is one timeline, because nothing is promoted here. */
async function copyLog(client: Client, data: string, target: string, { from, to }: { from: string; to: string }): Promise<BackedUpFile[]> {
  const { rows } = await client.query<{ first: string; last: string }>('SELECT pg_walfile_name($1) AS first, pg_walfile_name($2) AS last', [from, to])
  const { first = '', last = '' } = rows[0] ?? {}
  const segments = readdirSync(join(data, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last)
  if (!segments.includes(first) || !segments.includes(last)) throw new Error(`The write-ahead log from ${first} to ${last} is not there any more.`)
  const files: BackedUpFile[] = []
  for (const name of segments.sort()) {
    const copy = join(target, 'pg_wal', name)
    await copyFile(join(data, 'pg_wal', name), copy)
    files.push({ path: `${DATA}/pg_wal/${name}`, ...(await hashFile(copy)) })
  }
  return files
}
