import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepareRoles } from '@/db/roles'
import { findEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres'
import { environmentOrExit } from './environment-or-exit'
import { keepSecrets } from './secrets'

/**
 * Runs a command with the addresses of Headroom's database, as `npm start` would find them: those that are set, or those of the
 * built-in one, which is started for the command where it does not run.
 *
 * @example node --import tsx lib/platform/with-database.ts lib/worker/books-command.ts
 */
const environment = environmentOrExit(process.cwd())
const { dataDirectory, databaseUrl, webUrl, engineUrl } = environment

async function openDatabase(): Promise<{ ownerUrl: string; close: () => Promise<void> }> {
  if (databaseUrl) return { ownerUrl: databaseUrl, close: async () => {} }
  const directory = join(dataDirectory, 'postgres')
  const running = await findEmbeddedPostgres(directory)
  if (running) return { ownerUrl: running, close: async () => {} }
  const started = await startEmbeddedPostgres({ directory })
  return { ownerUrl: started.url, close: started.stop }
}

const { ownerUrl, close } = await openDatabase()
try {
  const secret = environment.sessionSecret ?? keepSecrets(dataDirectory).NEXTAUTH_SECRET
  const roles = await prepareRoles(ownerUrl, { secret, webUrl, engineUrl })
  Object.assign(process.env, { DATABASE_WEB_URL: roles.webUrl, DATABASE_ENGINE_URL: roles.engineUrl, NEXTAUTH_SECRET: secret })
  const [program] = process.argv.splice(2, 1)
  if (!program) throw new Error('with-database needs the command to run.')
  await import(pathToFileURL(resolve(program)).href)
} finally {
  await close()
}
