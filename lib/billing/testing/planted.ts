import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { expect } from 'vitest'
import type { Transaction } from '@/db/client'
import * as schema from '@/db/schema'
import { uuidOf } from '../../ids'
import { checkOrganization } from '../commands/run-books'
import type { Scenario } from './scenario'

/** Breaks something behind the engine's back, as the owner and past every guard, looks, and takes it back. */
export async function plantedDifferences(
  { organizationId, stage }: Pick<Scenario, 'organizationId' | 'stage'>,
  plant: string,
): Promise<{ check: string; about: string; expected: string; found: string }[]> {
  const client = new pg.Client({ connectionString: stage.database.ownerUrl })
  await client.connect()
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica; ALTER TABLE documents DROP CONSTRAINT documents_amount_due')
    const { rowCount } = await client.query(plant.replaceAll('$organization', `'${uuidOf('org', organizationId)}'`))
    expect(rowCount, 'the plant took').toBeGreaterThan(0)
    // Not in a transaction of Drizzle's own, whose end would commit what was planted.
    return await checkOrganization(drizzle({ client, schema, casing: 'snake_case' }) as unknown as Transaction, organizationId)
  } finally {
    await client.query('ROLLBACK')
    await client.end()
  }
}
