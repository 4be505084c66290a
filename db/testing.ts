import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { inject } from 'vitest'

export type TestDatabase = {
  ownerUrl: string
  webUrl: string
  engineUrl: string
  drop(): Promise<void>
}

declare module 'vitest' {
  interface ProvidedContext {
    testDatabaseTemplate: { name: string; ownerUrl: string; webUrl: string; engineUrl: string }
  }
}

/**
 * A migrated, empty database of its own for one test file: a copy of the template that `testing-server.ts` migrated
 * once, on the one Postgres of the run. Works in the projects `database` and `scenario`.
 *
 * @example
 * const database = await createTestDatabase()
 * afterAll(() => database.drop())
 */
export async function createTestDatabase({ isMigrated = true } = {}): Promise<TestDatabase> {
  const template = inject('testDatabaseTemplate')
  const name = `test_${randomBytes(8).toString('hex')}`
  await asAdministrator(
    template.ownerUrl,
    `create database ${escapeIdentifier(name)} template ${escapeIdentifier(isMigrated ? template.name : 'template0')}`,
    `revoke temporary on database ${escapeIdentifier(name)} from public`, // As `prepareRoles` does: a copy is without the rights of its template.
  )
  return {
    ownerUrl: onDatabase(template.ownerUrl, name),
    webUrl: onDatabase(template.webUrl, name),
    engineUrl: onDatabase(template.engineUrl, name),
    drop: () => asAdministrator(template.ownerUrl, `drop database if exists ${escapeIdentifier(name)} with (force)`),
  }
}

/** The same server and role, another database. */
export function onDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

async function asAdministrator(ownerUrl: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: onDatabase(ownerUrl, 'postgres') })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
