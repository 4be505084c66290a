/** A refusal is a value that a caller must look at; a fault is thrown. */
export type Result<Value, Refusal> = { ok: true; value: Value } | { ok: false; error: Refusal }

export function ok<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value }
}

export function refuse<const Refusal>(error: Refusal): { ok: false; error: Refusal } {
  return { ok: false, error }
}
