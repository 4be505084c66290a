/** What a call answers. A decline is an answer too and not a fault: what it wrote must stay. */
export type Answer = { status: number; body: object }

export function answer(body: object): Answer {
  return { status: 200, body }
}
