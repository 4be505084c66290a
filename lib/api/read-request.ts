import { z } from '@hono/zod-openapi'
import de from 'zod/v4/locales/de.js'
import type { DocumentLanguage } from '../../db/schema'
import { readAtMost } from '../read-at-most'
import { isStorable } from '../storable-text'
import { type FieldMistake, Halt, invalidRequest, problem } from './answer'

/** A body of more than 5 MB is refused whole. */
const BODY_BYTES = 5 * 1024 * 1024

/** @throws Halt with 413. */
export async function readBody(request: Request): Promise<Uint8Array> {
  const bytes = await readAtMost(request, BODY_BYTES)
  if (!bytes) throw new Halt(problem('too_large', 'A body has at most 5 MB.'))
  return bytes
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i
/** Escapes of what Postgres cannot store; unescaped, neither gets through UTF-8 and JSON. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i

/** @throws Halt with 400, 415 or 422. An empty body is an empty object. */
export function parseBody(bytes: Uint8Array, contentType: string | null): unknown {
  if (bytes.byteLength === 0) return {}
  if (!JSON_TYPE.test(contentType ?? '')) throw new Halt(problem('unsupported_media_type', 'Send the body as application/json.'))
  let text: string
  let body: unknown
  try {
    text = utf8.decode(bytes)
    body = JSON.parse(text)
  } catch {
    throw new Halt(problem('invalid_json', 'The body is not well-formed JSON in UTF-8.'))
  }
  if (SUSPICIOUS.test(text)) refuseUnstorable(body)
  return body
}

/** Not recursive: a caller may nest as deep as a body is long. */
function refuseUnstorable(body: unknown): void {
  const errors: FieldMistake[] = []
  const left: { path: string; value: unknown }[] = [{ path: '', value: body }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { path, value } = next
    const mistake = { path, message: 'must be well-formed Unicode without the character U+0000' }
    if (typeof value === 'string' && !isStorable(value)) errors.push(mistake)
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) errors.push(mistake)
      left.push({ path: path === '' ? key : `${path}.${key}`, value: inner })
    }
  }
  if (errors.length > 0) throw new Halt(invalidRequest(errors))
}

type Issue = z.core.$ZodIssue

/** Every mistake under its path: `events.17.quantity`. An unknown field is named itself. */
export function mistakesOf(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): FieldMistake[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path]
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: pathOf([...path, key]), message: 'is not known here' }))
    return [{ path: pathOf(path), message: issue.message }]
  })
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** What zod says by itself; our own mistakes are worded as the answer leaves. */
const GERMAN = { error: de().localeError }

/** What a route takes that says nothing of a query or a body: none. */
const nothing = z.strictObject({})

/** Query and body at once, so that a caller sees every mistake in one answer. */
export function validate(
  route: { query?: z.ZodType | undefined; body?: z.ZodType | undefined },
  given: { query: unknown; body: unknown },
  language: DocumentLanguage,
): { query: unknown; body: unknown } {
  const words = language === 'de' ? GERMAN : {}
  const query = (route.query ?? nothing).safeParse(given.query, words)
  const body = (route.body ?? nothing).safeParse(given.body, words)
  if (query.success && body.success) return { query: query.data, body: body.data }
  throw new Halt(invalidRequest([query, body].flatMap((part) => (part.success ? [] : mistakesOf(part.error.issues)))))
}
