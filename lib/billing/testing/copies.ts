import type pg from 'pg'
import { newId, type OrganizationId, uuidOf } from '../../ids'

/** So many organizations like this one, what it has used with them; their ids in the order in which they were made. */
export async function copyOrganization(sql: pg.Pool, organizationId: OrganizationId, count: number): Promise<OrganizationId[]> {
  const template = uuidOf('org', organizationId)
  const ids = Array.from({ length: count }, () => newId('org'))
  const client = await sql.connect()
  try {
    await client.query('CREATE TEMP TABLE copy (org uuid, sub uuid, mem uuid)')
    await client.query('INSERT INTO copy SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])', [
      ids.map((id) => uuidOf('org', id)),
      ids.map(() => uuidOf('sub', newId('sub'))),
      ids.map(() => uuidOf('mem', newId('mem'))),
    ])
    const copied = (table: string, where: string, changed: string) =>
      client.query(
        `INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table}, to_jsonb(t) || ${changed})).* FROM ${table} t, copy WHERE t.${where} = '${template}'`,
      )
    await copied('organizations', 'id', `jsonb_build_object('id', copy.org, 'slug', copy.org::text)`)
    await copied('members', 'organization_id', `jsonb_build_object('organization_id', copy.org, 'id', copy.mem)`)
    await copied('subscriptions', 'organization_id', `jsonb_build_object('organization_id', copy.org, 'id', copy.sub)`)
    const ofSubscription = `jsonb_build_object('organization_id', copy.org, 'subscription_id', copy.sub)`
    for (const table of ['usage_segments', 'usage_events', 'usage_rollups']) await copied(table, 'organization_id', ofSubscription)
    await client.query('DROP TABLE copy')
    await client.query('ANALYZE')
    await client.query('CHECKPOINT')
  } finally {
    client.release()
  }
  return ids
}
