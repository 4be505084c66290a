import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { setStage } from '@/lib/billing/testing/stage'
import { inEngine, postgresCode, type Transaction } from './client'
import { statement } from './statement'

setStage()

const half = statement<{ dividend: number; divisor: number }, { quotient: number }>(
  (given) => sql`SELECT ${given('dividend')}::integer / ${given('divisor')}::integer AS quotient WHERE ${given('divisor')}::integer IS NOT NULL`,
)

it('a statement is asked with values of its own each time, of which one may stand in several places', async () => {
  const found = await inEngine(async (tx) => [await half(tx, { dividend: 12, divisor: 3 }), await half(tx, { dividend: 12, divisor: 4 })])
  expect(found).toEqual([[{ quotient: 4 }], [{ quotient: 3 }]])
})

it('is a part of its transaction, and what Postgres says of it can be read as of any other', async () => {
  const fault = await inEngine((tx) => half(tx, { dividend: 1, divisor: 0 })).catch((reason: unknown) => reason)
  expect(postgresCode(fault)).toBe('22012') // division_by_zero
})

it('that is given too little is not asked', async () => {
  const incomplete = half as unknown as (tx: Transaction, values: { dividend: number }) => Promise<unknown>
  await expect(inEngine((tx) => incomplete(tx, { dividend: 1 }))).rejects.toThrow('divisor')
})
