import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from 'pg'
import { z } from 'zod'
import { prepareRoles } from '@/db/roles'
import { findEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres'
import type { Environment } from './environment'
import { environmentOrExit } from './environment-or-exit'
import { keepSecrets } from './secrets'

/**
 * Runs a command with the addresses of Headroom's database, as `npm start` would find them: those that are set, or those of the
 * built-in one, which is started for the command where it does not run. Ends with 2 and a sentence where there is none.
 *
 * @example node --import tsx lib/platform/with-database.ts lib/worker/books-command.ts
 */
const NOTHING_YET = 'There is nothing of Headroom in this database yet: start it once with npm start.'

/** What a start takes where none is set and it is free. */
const FIRST_PORT = 3000

async function main(): Promise<void> {
  const environment = environmentOrExit(process.cwd())
  const [program] = process.argv.splice(2, 1)
  if (!program) throw new Error('with-database needs the command to run.')
  const { ownerUrl, close } = await openDatabase(environment)
  try {
    await confirmPrepared(ownerUrl)
    const { dataDirectory, webUrl, engineUrl } = environment
    const secret = environment.sessionSecret ?? keepSecrets(dataDirectory).NEXTAUTH_SECRET
    const roles = await prepareRoles(ownerUrl, { secret, webUrl, engineUrl })
    Object.assign(process.env, {
      DATABASE_WEB_URL: roles.webUrl,
      DATABASE_ENGINE_URL: roles.engineUrl,
      NEXTAUTH_SECRET: secret,
      HEADROOM_URL: environment.publicUrl ?? lastStartedAt(dataDirectory) ?? `http://localhost:${environment.port ?? FIRST_PORT}`,
    })
    await import(pathToFileURL(resolve(program)).href)
  } finally {
    await close()
  }
}

const started = z.object({ url: z.string() })

/** Where the last start said that it is, for links that a command prints. */
function lastStartedAt(dataDirectory: string): string | undefined {
  const file = join(dataDirectory, 'demo.json')
  return existsSync(file) ? started.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.url : undefined
}

async function openDatabase({ databaseUrl, dataDirectory }: Environment): Promise<{ ownerUrl: string; close: () => Promise<void> }> {
  if (databaseUrl) return { ownerUrl: databaseUrl, close: async () => {} }
  const directory = join(dataDirectory, 'postgres')
  if (!existsSync(directory)) throw new Error(NOTHING_YET) // Not made for a question about what is in it.
  const running = await findEmbeddedPostgres(directory)
  if (running) return { ownerUrl: running, close: async () => {} }
  const started = await startEmbeddedPostgres({ directory })
  return { ownerUrl: started.url, close: started.stop }
}

async function confirmPrepared(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ found: boolean }>("select to_regclass('public.installation') is not null as found")
    if (!rows[0]?.found) throw new Error(NOTHING_YET)
  } finally {
    await client.end()
  }
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault)
  process.exitCode = 2
})
