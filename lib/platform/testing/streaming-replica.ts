import { appendFileSync, chmodSync, cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { backUpFiles } from '../backup/back-up-files'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres'
import { giveToUnprivilegedUser } from '../postgres-binaries'

const REPLICATOR = { name: 'replicator', password: 'only-for-tests' }

/** A streaming replica, made of a physical backup of a primary that goes on meanwhile. The directory is the caller's to remove. */
export async function startReplica(primary: EmbeddedPostgres): Promise<EmbeddedPostgres> {
  await prepareReplicator(primary.url)
  const directory = mkdtempSync(join(tmpdir(), 'headroom-replica-'))
  chmodSync(directory, 0o711) // Root's server runs as another user, who must get in.
  await backUpFiles(primary.url, join(primary.directory, 'data'), directory)
  const data = join(directory, 'data')
  const source = `host=127.0.0.1 port=${primary.port} user=${REPLICATOR.name} password=${REPLICATOR.password} application_name=replica`
  writeFileSync(join(data, 'standby.signal'), '')
  appendFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`)
  for (const path of ['', ...readdirSync(data, { recursive: true, encoding: 'utf8' })]) giveToUnprivilegedUser(join(data, path))
  cpSync(join(primary.directory, 'password'), join(directory, 'password'))
  return startEmbeddedPostgres({ directory, port: 0 })
}

async function prepareReplicator(ownerUrl: string): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    const { rowCount } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [REPLICATOR.name])
    if (rowCount === 0) await owner.query(`CREATE ROLE ${REPLICATOR.name} LOGIN REPLICATION PASSWORD '${REPLICATOR.password}'`)
  } finally {
    await owner.end()
  }
}
