import { sql } from 'drizzle-orm'
import { inEngine, type Transaction } from './client'

/** How many rows of these tables a piece of work fetches, in a transaction of its own: whether a page reads what it does not show. */
export async function rowsRead(tables: readonly string[], work: (tx: Transaction) => Promise<unknown>): Promise<number> {
  return inEngine(async (tx) => {
    const before = await rowsSoFar(tx, tables) // What an earlier transaction read may not have been handed on yet.
    await work(tx)
    return (await rowsSoFar(tx, tables)) - before
  })
}

async function rowsSoFar(tx: Transaction, tables: readonly string[]): Promise<number> {
  const { rows } = await tx.execute<{ read: string }>(
    sql`SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::text AS read FROM pg_stat_xact_user_tables WHERE relname = ANY (${sql.param([...tables])}::text[])`,
  )
  return Number(rows[0]?.read)
}
