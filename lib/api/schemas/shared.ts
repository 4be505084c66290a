import { z } from '@hono/zod-openapi'
import { LINE_KINDS } from '../../billing/core/line'

/** Pieces of answers. Amounts are whole minor units of the currency beside them; instants are ISO 8601 in UTC. */

/** Exactly, and beyond 2⁵³ − 1 too, where the sum of somebody's largest quantities leads: `format` says so to whoever would read it into a float. */
const whole = z.number().refine(Number.isInteger, 'must be a whole number').openapi({ type: 'integer', format: 'int64' })
export const amount = whole.openapi({ description: 'Whole minor units of the currency.', example: 1333 })
export const decimal = z.string().openapi({ description: 'A decimal in major units.', example: '0.0005' })
export const instantText = z.string().openapi({ format: 'date-time', example: '2026-06-01T00:00:00Z' })
export const units = whole.openapi({ description: 'A count of units.', example: 5000 })
export const inputs = z.record(z.string(), z.union([z.string(), z.number()])).openapi({ description: 'The numbers that the formula was filled with.' })

export function idOf(prefix: string) {
  return z.string().openapi({ example: `${prefix}_01kbp4x5mve8jbdk2g3tqh1s7n` })
}

/** G21: why an amount or a decision is what it is. */
export const explanation = {
  rule: z.string().openapi({ description: 'The number of the rule.', example: 'A6' }),
  formula: z.string().openapi({ description: 'With the numbers filled in, so that a person can check it.', example: '−$10.00 × 20 / 30 = −$6.67' }),
  inputs,
}

export const period = z.object({ start: instantText, end: instantText })

/** A page of a list, newest first. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    next_cursor: z.string().nullable().openapi({ description: 'Where the next page begins; null on the last one.' }),
  })
}

export const line = z
  .object({
    kind: z.enum(LINE_KINDS),
    description: z.string(),
    amount: amount.openapi({ description: 'A credit is negative.', example: -667 }),
    quantity: units,
    unit_price: decimal,
    ...explanation,
  })
  .openapi('Line')
