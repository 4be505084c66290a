/** A bigint as JSON can hold it. An object, not a marked string, because text in the data may look like anything. */
type Held = { $bigint: string }

/** JSON of data that holds bigints, for `parseBigintJson` on the other side. */
export function stringifyBigintJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? ({ $bigint: part.toString() } satisfies Held) : part))
}

/** What `stringifyBigintJson` was given. @throws SyntaxError where it is no JSON. */
export function parseBigintJson(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => (isHeld(part) ? BigInt(part.$bigint) : part))
}

function isHeld(part: unknown): part is Held {
  return typeof part === 'object' && part !== null && '$bigint' in part && typeof part.$bigint === 'string'
}
