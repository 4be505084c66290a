import { germanFigures } from '../../sentences/german-figures'
import { type ReadSlot, sentenceReader } from '../../sentences/sentence-reader'
import { wordSentence } from '../../sentences/word-sentence'
import { unitIn } from '../../unit-words'
import type { Answer, FieldMistake } from '../answer'
import type { ProblemCode } from '../codes'
import { FIELD_MISTAKES } from './field-mistakes'
import { PROBLEM_SENTENCES } from './problem-sentences'
import { GERMAN_TITLES } from './problem-titles'

const GERMAN: Readonly<Record<string, string>> = { ...PROBLEM_SENTENCES, ...FIELD_MISTAKES }
const read = sentenceReader(Object.fromEntries(Object.keys(GERMAN).map((english) => [english, english])))

/** What is longer holds a caller's own text, and is no reason to try every sentence on it. */
const LONGEST = 2_000

/** One English sentence of the machine interface in German; what has no German stands as it is. */
export function germanSentence(english: string): string {
  const found = english.length <= LONGEST ? read(english) : null
  if (!found) return english
  return (GERMAN[found.key] ?? english).replaceAll(/\{(\w+)\}/g, (braces, name: string) => {
    const slot = found.slots[name]
    return slot ? germanSlot(slot) : braces
  })
}

const INTERVALS: Readonly<Record<string, string>> = { month: 'Monat', year: 'Jahr' }
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const GERMAN_MONTHS = ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember']

function germanSlot({ kind, text }: ReadSlot): string {
  switch (kind) {
    case 'count':
    case 'money':
      return germanFigures(text)
    case 'spoken': // `6 May 2026, 00:00 UTC`
      return text.replace(/^(\d+) (\p{L}+)/u, (_, day: string, month: string) => `${day}. ${GERMAN_MONTHS[MONTHS.indexOf(month)]}`)
    case 'unit':
      return unitIn(text, 'de')
    case 'choice':
      return INTERVALS[text] ?? text
    case 'instant':
    case 'name':
      return text
  }
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An answer with its texts in German: of a problem, of refusals in it, and of lines. Codes, fields, figures and formulas are the same. */
export function germanAnswer(answer: Answer): Answer {
  const { body, status } = answer
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return answer
  const worded = status >= 400 && isObject(body) ? germanProblem(body) : germanBody(body)
  return { ...answer, body: worded, headers: { ...answer.headers, 'Content-Language': 'de' } }
}

function germanProblem(problem: Json): Json {
  const { code, detail, message, errors } = problem
  const title = GERMAN_TITLES[code as ProblemCode]
  const worded = Array.isArray(errors) ? (errors as FieldMistake[]).map((one) => ({ ...one, message: germanSentence(one.message) })) : null
  return {
    ...problem,
    ...(title && { title }),
    detail: code === 'invalid_request' && worded?.[0] ? germanMistakes(worded) : germanSentence(String(detail)),
    ...(typeof message === 'string' && { message: germanSentence(message) }),
    ...(worded && { errors: worded }),
  }
}

/** As `invalidRequest` says it in English: the first, and how many more. */
function germanMistakes([first, ...others]: FieldMistake[]): string {
  const more = others.length > 0 ? ` (und ${others.length} ${others.length === 1 ? 'weiterer' : 'weitere'})` : ''
  return first ? `${first.path || 'body'}: ${first.message}${more}` : (GERMAN['The request is not valid.'] ?? '')
}

/** What is sent of an object: the words in it that the engine wrote. Texts of the operator's and of the customer's own stay. */
export function germanBody(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(germanBody)
  if (!isObject(body)) return body
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, germanField(body, key, value)]))
}

function germanField(owner: Json, key: string, value: unknown): unknown {
  // Nothing that a caller has named or written is looked into.
  if (key === 'inputs' || key === 'metadata' || key === 'properties' || key === 'billing') return value
  if (typeof value !== 'string') return germanBody(value)
  if (key === 'description' && typeof owner.rule === 'string') return wordSentence(value, { language: 'de' })
  if (key === 'message' && typeof owner.rule === 'string') return germanSentence(value)
  if (key === 'text' && typeof owner.code === 'string') return wordSentence(value, { language: 'de' })
  return value
}
