import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres'
import type { Environment } from '../environment'
import { directoryWithinReach } from '../postgres-binaries'
import { backUpFiles } from './back-up-files'
import { dumpDatabase } from './database-dump'
import { BackupRefused, hashFile, type Manifest, openBackupDirectory, writeManifest } from './manifest'
import { SECRETS } from './restore-files'

type Settings = Pick<Environment, 'databaseUrl' | 'dataDirectory' | 'postgresTools'>

/**
 * Backs up everything that Headroom keeps: its database while it is used, and the secrets that nobody set. The manifest comes last, so that what
 * was interrupted is no backup.
 *
 * @throws BackupRefused where it cannot be made, before anything is read.
 */
export async function backUp({ databaseUrl, dataDirectory, postgresTools }: Settings, path: string): Promise<Omit<Manifest, 'format'>> {
  const target = openBackupDirectory(path)
  try {
    const made = databaseUrl
      ? ({ kind: 'dump', ...(await dumpDatabase(databaseUrl, target, postgresTools)) } as const)
      : ({ kind: 'files', ...(await backUpEmbedded(dataDirectory, target)) } as const)
    const manifest = { ...made, headroom: readVersion(), files: [...made.files, ...(await copyBeside(dataDirectory, SECRETS, target))] }
    writeManifest(target, manifest)
    return manifest
  } catch (fault) {
    rmSync(target, { recursive: true, force: true })
    throw fault
  }
}

async function backUpEmbedded(dataDirectory: string, target: string): Promise<Awaited<ReturnType<typeof backUpFiles>>> {
  const wanted = join(dataDirectory, 'postgres')
  if (!existsSync(wanted)) throw new BackupRefused(`There is no database in ${dataDirectory}. Set HEADROOM_DATA_DIRECTORY or DATABASE_URL as for npm start.`)
  const running = await findEmbeddedPostgres(wanted)
  const started = running === undefined ? await startEmbeddedPostgres({ directory: wanted }) : null
  try {
    const directory = directoryWithinReach(wanted)
    const made = await backUpFiles(started?.url ?? running ?? '', join(directory, 'data'), target)
    return { ...made, files: [...made.files, ...(await copyBeside(directory, 'password', target))] }
  } finally {
    await started?.stop()
  }
}

async function copyBeside(directory: string, name: string, target: string): Promise<Manifest['files']> {
  const file = join(directory, name)
  if (!existsSync(file)) return []
  cpSync(file, join(target, name))
  return [{ path: name, ...(await hashFile(join(target, name))) }]
}

function readVersion(): string {
  const file = join(dirname(import.meta.dirname), '..', '..', 'package.json')
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
}
