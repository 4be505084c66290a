import { PROBLEMS, type ProblemCode, type SharedCode } from './codes'

/**
 * What a route answers. A problem is one too, because a refusal by a rule is kept under its idempotency key (G22). `Code`: the problems that it may
 * be, which the compiler holds against what the route's document says; `problem` is never there, and only carries that.
 */
export type Answer<Code extends ProblemCode = ProblemCode> = { status: number; body: unknown; headers?: Record<string, string>; problem?: Code }
/** One that is no problem. */
export type Success = Answer<never>

export const okay = (body: unknown): Success => ({ status: 200, body })
export const created = (body: unknown): Success => ({ status: 201, body })
export const accepted = (body: unknown): Success => ({ status: 202, body })
export const noContent: Success = { status: 204, body: null }

/** Bytes as they are, which a browser keeps under their name. */
export function file(name: string, contentType: string, bytes: Uint8Array<ArrayBuffer>): Success {
  return { status: 200, body: bytes, headers: { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${name}"` } }
}

/** As `file`, of what is made while it is sent; null where only what it would be is told. */
export function streamedFile(name: string, contentType: string, bytes: ReadableStream<Uint8Array> | null): Success {
  return { status: 200, body: bytes, headers: { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${name}"` } }
}

export type FieldMistake = { path: string; message: string } & Record<string, unknown>

/** An RFC 9457 problem. `facts` stand beside the fixed members, in snake_case. */
export function problem<Code extends ProblemCode>(
  code: Code,
  detail: string,
  facts: Record<string, unknown> = {},
  headers?: Record<string, string>,
): Answer<Code> {
  const { status, title } = PROBLEMS[code]
  const body = { type: `/api/v1/reference#${code}`, title, status, detail, code, ...facts }
  return headers ? { status, body, headers } : { status, body }
}

export function invalidRequest(errors: readonly FieldMistake[]): Answer<'invalid_request'> {
  const [first] = errors
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return problem('invalid_request', first ? `${first.path || 'body'}: ${first.message}${others}` : 'The request is not valid.', { errors })
}

export const notFound = (what = 'There is no such thing, or it is not yours.'): Answer<'not_found'> => problem('not_found', what)

/** Ends a request with an answer that any route may give, from wherever it is noticed; a transaction it passes through is rolled back. */
export class Halt extends Error {
  override name = 'Halt'
  constructor(readonly answer: Answer<SharedCode>) {
    super(`halted with ${answer.status}`)
  }
}
