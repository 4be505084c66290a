/** Merges as Stripe does: given keys are set, an empty value unsets its key, an empty whole unsets all. */
export function mergeMetadata(current: Record<string, string>, given: Record<string, string> | '' | undefined): Record<string, string> {
  if (given === undefined) return current
  if (given === '') return {}
  return Object.fromEntries(Object.entries({ ...current, ...given }).filter(([, value]) => value !== ''))
}

/** An empty parameter unsets a field; a missing one leaves it. */
export function textOrUnset(given: string | undefined, current: string | null): string | null {
  if (given === undefined) return current
  return given === '' ? null : given
}
