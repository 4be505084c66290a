import { prepareRoles } from '@/db/roles'
import type { Environment } from '../environment'
import { keepSecrets } from '../secrets'
import { locateTool, requireEmptyDatabase, restoreDump } from './database-dump'
import { BackupRefused, type Manifest, verifyBackup } from './manifest'
import { openRestoreTarget, requireSamePostgres, restoreFiles, restoreSecrets } from './restore-files'

type Settings = Pick<Environment, 'databaseUrl' | 'dataDirectory' | 'postgresTools' | 'sessionSecret' | 'webUrl' | 'engineUrl'>

export type Restored = { manifest: Manifest; organizations: number }

/**
 * Puts a backup where Headroom would look for its database. Every file is compared with what was written first, and nothing is ever overwritten.
 *
 * @throws BackupRefused naming what is wrong, before anything is changed.
 */
export async function restore(settings: Settings, backup: string): Promise<Restored> {
  const target = settings.databaseUrl ? null : await openRestoreTarget(settings.dataDirectory)
  const manifest = await verifyBackup(backup)
  const organizations = target === null ? await intoServer(settings, backup, manifest) : await intoFiles(settings, backup, manifest, target)
  return { manifest, organizations }
}

async function intoFiles({ dataDirectory }: Settings, backup: string, manifest: Manifest, target: string): Promise<number> {
  if (manifest.kind !== 'files') throw new BackupRefused('This backup is a dump of a PostgreSQL of your own: set DATABASE_URL to an empty database.')
  requireSamePostgres(manifest)
  restoreSecrets(backup, dataDirectory)
  return restoreFiles(backup, manifest, target)
}

async function intoServer(settings: Settings, backup: string, manifest: Manifest): Promise<number> {
  const { databaseUrl = '', dataDirectory, postgresTools, sessionSecret, webUrl, engineUrl } = settings
  if (manifest.kind !== 'dump') {
    throw new BackupRefused(
      'This backup holds the files of the built-in Postgres: restore it without DATABASE_URL, with HEADROOM_DATA_DIRECTORY set to a new directory.',
    )
  }
  await requireEmptyDatabase(databaseUrl, manifest)
  const tool = await locateTool('pg_restore', postgresTools)
  restoreSecrets(backup, dataDirectory)
  await prepareRoles(databaseUrl, { secret: sessionSecret ?? keepSecrets(dataDirectory).NEXTAUTH_SECRET, webUrl, engineUrl })
  return restoreDump(backup, databaseUrl, tool)
}
