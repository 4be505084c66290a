import type { z } from '@hono/zod-openapi'
import type { BillingDetails } from '../../../db/schema'
import type { Line } from '../../billing/core/line'
import { type Currency, decimalString, type ExactAmount, unitPriceString } from '../../money'
import type { Instant } from '../../time'
import type { line as lineSchema } from '../schemas/shared'

declare global {
  interface JSON {
    /** Prints as it is written (Node 22). */
    rawJSON(text: string): unknown
  }
}

/**
 * A whole number as JSON prints it, exactly: what is larger than 2⁵³ − 1 (a forecast of somebody's largest quantities) is
 * written out in digits, for rounding it here would be a wrong figure.
 */
export function whole(value: bigint): number {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : (JSON.rawJSON(value.toString()) as number)
}

export function wholeOrNull(value: bigint | null): number | null {
  return value === null ? null : whole(value)
}

/** A decimal in major units, as G18 writes it. */
export function exactDecimal(amount: ExactAmount, currency: Currency): string {
  return decimalString(amount, currency)
}

/** ISO 8601 in UTC. */
export function at(instant: Instant): string {
  return instant.toString()
}

export function atOrNull(instant: Instant | null): string | null {
  return instant === null ? null : instant.toString()
}

export function presentLine({ kind, description, amount, quantity, unitPrice, rule, formula, inputs }: Line): z.output<typeof lineSchema> {
  return { kind, description, amount: whole(amount), quantity: whole(quantity), unit_price: unitPriceString(unitPrice), rule, formula, inputs }
}

export function presentBilling({ taxId, ...billing }: BillingDetails) {
  return { ...billing, ...(taxId === undefined ? {} : { tax_id: taxId }) }
}
