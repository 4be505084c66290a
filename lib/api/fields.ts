import { z } from '@hono/zod-openapi'
import { isCurrency } from '../money'
import { Remembered } from '../remembered'
import { isStorable } from '../storable-text'
import { type Instant, instant } from '../time'

/** Fields that more than one route takes. Every text has a limit, and none may hold what Postgres cannot store. */

export function text(min: number, max: number) {
  return z.string().min(min).max(max).refine(isStorable, 'must be well-formed Unicode without the character U+0000')
}

/** Text that is more than spaces, for names. */
export function name(max: number) {
  return text(1, max).refine((value) => value.trim() !== '', 'must not be blank')
}

/** The years that Postgres, Temporal and a calendar agree on. */
const FIRST_YEAR = 1970
const LAST_YEAR = 2999
const FIRST_MS = instant(`${FIRST_YEAR}-01-01T00:00:00Z`).epochMilliseconds
const END_MS = instant(`${LAST_YEAR + 1}-01-01T00:00:00Z`).epochMilliseconds

/** Usage has one an event, and a second has only a thousand of them: to read one costs as much as all else that is checked of an event. */
const INSTANTS_KEPT = 10_000
const instants = new Remembered<Instant>(INSTANTS_KEPT)

function readInstant(iso: string, context: z.core.$RefinementCtx): Instant {
  const known = instants.get(iso)
  if (known) return known
  try {
    const at = instant(iso)
    if (at.epochMilliseconds >= FIRST_MS && at.epochMilliseconds < END_MS) return instants.keep(iso, at)
    context.issues.push({ code: 'custom', message: `must be between ${FIRST_YEAR} and ${LAST_YEAR}`, input: iso })
  } catch {
    context.issues.push({ code: 'custom', message: 'must be an ISO 8601 instant with its offset, such as "2026-06-01T00:00:00Z"', input: iso })
  }
  return z.NEVER
}

/** ISO 8601 with an offset, read as an instant; finer than a millisecond is cut off. */
export const instantField = z.string().max(64).transform(readInstant).openapi({ type: 'string', format: 'date-time', example: '2026-06-01T00:00:00Z' })

export const email = z.email().max(254).refine(isStorable, 'must be well-formed').openapi({ example: 'ada@example.com' })

/** Whole minor units, at most what a JSON number holds exactly. */
export const minorField = z.int().nonnegative()

/** Minor units that one call gives: more than anybody does, and the sum of many stays within what a JSON number holds exactly. */
export const CREDIT_MAX = 1_000_000_000_00

export const currency = z.string().refine(isCurrency, 'must be an ISO 4217 code in lower case, such as "usd"').openapi({ example: 'usd' })
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code of two capital letters, such as "DE"')
  .openapi({ example: 'DE' })

export const externalId = text(1, 128).openapi({ example: 'customer-42' })

const METADATA_PAIRS = 20
export const metadata = z
  .record(text(1, 40), text(0, 500))
  .refine((pairs) => Object.keys(pairs).length <= METADATA_PAIRS, `must have at most ${METADATA_PAIRS} pairs`)
  .openapi({ example: { region: 'eu' } })

export const role = z.enum(['owner', 'admin', 'billing', 'member'])
export const interval = z.enum(['month', 'year'])

/** An id of the catalog: a product, a plan or a meter. */
export const catalogId = text(1, 64)

export const LIMIT_DEFAULT = 20
const LIMIT_MAX = 100

const limit = z
  .string()
  .regex(/^\d{1,3}$/, `must be a whole number from 1 to ${LIMIT_MAX}`)
  .transform(Number)
  .refine((value) => value >= 1 && value <= LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`)
  .openapi({ type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })

/** What every list takes. */
export const pageQuery = {
  limit: limit.optional(),
  cursor: text(1, 200).optional().openapi({ description: 'The `next_cursor` of the page before.' }),
}
