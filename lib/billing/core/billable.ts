import type { MeterFilter, PropertyCondition } from './catalog'

/** What the operator's product says of an event; null stands for not said. */
export type BillableProperties = Readonly<Record<string, string | number | boolean | null>>

/** Whether an event counts: every condition of its meter's filter holds. Without a filter all of them do (S2, G56). */
export function isBillable(filter: MeterFilter | null, properties: BillableProperties | null): boolean {
  return (filter ?? []).every((condition) => holds(condition, properties ?? {}))
}

/** Values are compared as they are: the text "true" is not the truth value. */
function holds(condition: PropertyCondition, properties: BillableProperties): boolean {
  const said = Object.hasOwn(properties, condition.property) ? (properties[condition.property] ?? null) : null
  if ('notEquals' in condition) return said !== condition.notEquals
  return said === null ? condition.orAbsent : said === condition.equals
}
