import { z } from 'zod'
import { isId } from '@/lib/ids'

/** What forms of the desk send: texts, each checked here by the name of its field. */

const REASON_LENGTH = 500

/** Why something was done: the customer reads it in their activity. */
export const reason = z.string().trim().min(1, 'must be given').max(REASON_LENGTH)

export function id<Prefix extends string>(prefix: Prefix) {
  return z.custom<`${Prefix}_${string}`>((value) => typeof value === 'string' && isId(prefix, value), 'is no id')
}

const DECIMAL = /^\d{1,12}(\.\d{1,4})?$/

/** An amount in major units, `1250.00`: the form has read the marks of its language. Read in the organization's currency later. */
export const amountText = z
  .string()
  .trim()
  .refine((text) => DECIMAL.test(text) && /[1-9]/.test(text), 'must be an amount above 0, such as 25.00')

/** A count, `250000`, likewise. */
export const countText = z
  .string()
  .trim()
  .refine((text) => /^\d{1,15}$/.test(text), 'must be a whole number, such as 250000')

/** Left empty counts as not given. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), schema.optional())
}

/** A day in UTC, as a date field sends it. */
export const day = z.iso.date('must be a day, such as 2026-12-31')
