import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from '@swc/core'
import { describe, expect, it } from 'vitest'
import { MAX_QUANTITY, malformation } from '../../metering/event'
import { literalsIn, type Node, nameOf, patternOf } from '../../sentences/testing/literals-in'
import { invalidRequest, problem } from '../answer'
import { PROBLEMS, type ProblemCode } from '../codes'
import { FIELD_MISTAKES } from './field-mistakes'
import { PROBLEM_SENTENCES } from './problem-sentences'
import { GERMAN_TITLES } from './problem-titles'
import { germanAnswer, germanBody, germanSentence } from './word-german'

const ROOT = join(import.meta.dirname, '../../..')
/** Where what the machine interface says is written. */
const FOLDERS = ['lib/api', 'lib/billing/core', 'lib/billing/commands', 'lib/billing/flows', 'lib/billing/catalog', 'lib/metering']
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|german)\//.test(name))
    .map((name) => `${folder}/${name}`),
)

/** By the call that says it, which of its arguments it is. */
const SAYS: Record<string, number> = { problem: 1, notFound: 0, report: 1, refusal: 1, refuseOne: 2, refine: 1, regex: 1, notEligible: 2, refused: 2 }

function saidIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(saidIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, ...rest } = node as Node
  const own: unknown[] = []
  if (type === 'CallExpression') {
    const callee = rest.callee as Node
    const name = String((callee.property as Node | undefined)?.value ?? callee.value ?? '')
    const argument = (rest.arguments as { expression: unknown }[])[SAYS[name] ?? Number.NaN]
    if (argument) own.push(argument.expression)
  }
  if (type === 'AssignmentPattern' && nameOf(rest.left) === 'what') own.push(rest.right)
  if (type === 'KeyValueProperty' && ['message', 'error'].includes(nameOf(rest.key))) own.push(rest.value)
  if (type === 'VariableDeclarator' && /^(message|now|used|WORDS|URL_MISTAKES|EXPORT_NOT_YET)$/.test(nameOf(rest.id))) own.push(rest.init)
  return [...own.flatMap(literalsIn), ...Object.values(rest).flatMap(saidIn)]
}

const SENTENCES: Record<string, string> = { ...PROBLEM_SENTENCES, ...FIELD_MISTAKES }
const said = [...new Set(files.flatMap((file) => saidIn(parseSync(readFileSync(join(ROOT, file), 'utf8'), { syntax: 'typescript' }))))]
  // Words, not keys of an object or names of fields.
  .filter((text) => /\p{L}+ \p{L}+/u.test(text))
  /** What only the log holds; what is part of a line's description, which has words of its own. */
  .filter((text) => !['it is about nothing of ours', 'joined and left'].includes(text))

const event = { id: 'one', organizationId: null, meter: 'calls', quantity: 1n, timestamp: null, key: null, properties: null }
const MALFORMATIONS = [malformation({ ...event, quantity: -1n }) ?? '', malformation({ ...event, id: '\u0000' }) ?? '']

const FILLED: Record<string, string> = { count: '1,200', money: '$1,234.50', spoken: '6 May 2026, 00:00 UTC', unit: 'calls', name: 'Pro' }
const filled = (english: string) =>
  english.replaceAll(/\{\w+:([^}]+)\}/g, (_, kind: string) => FILLED[kind] ?? kind.split('|')[0] ?? '').replaceAll(/\[([^|\]]+)\|[^\]]+\]/g, '$1')

describe('German of the machine interface', () => {
  it('sees what is said', () => {
    expect(said.length).toBeGreaterThan(120)
  })

  it.each(said)('there is for: %s', (text) => {
    expect(Object.keys(SENTENCES).filter((english) => patternOf(text).test(english))).not.toEqual([])
  })

  it.each(MALFORMATIONS)('there is for what no event can look like: %s', (text) => {
    expect(germanSentence(text)).not.toBe(text)
  })

  it.each(Object.keys(SENTENCES))('is of something that is still said: %s', (english) => {
    const isSaid =
      said.some((text) => patternOf(text).test(english)) ||
      MALFORMATIONS.some((text) => germanSentence(text) === germanSentence(english.replace('{maximum:count}', `${MAX_QUANTITY}`)))
    expect(isSaid).toBe(true)
  })

  it.each(Object.keys(SENTENCES))('words, and drops nothing of: %s', (english) => {
    const german = germanSentence(filled(english))
    expect(german).not.toBe(filled(english))
    expect(german).not.toMatch(/\{\w+\}|undefined/)
    for (const [, , kind = ''] of english.matchAll(/\{(\w+):([^}]+)\}/g)) {
      const shown = { count: '1.200', money: '1.234,50\u00a0$', spoken: '6. Mai 2026, 00:00 UTC', unit: 'Aufrufe', name: 'Pro' }[kind] ?? 'Monat'
      expect(german).toContain(shown)
    }
  })

  it.each(Object.keys(PROBLEMS) as ProblemCode[])('has a title for %s', (code) => {
    expect(GERMAN_TITLES[code]).not.toBe(PROBLEMS[code].title)
    expect(germanAnswer(problem(code, `${PROBLEMS[code].title}.`)).body).toMatchObject({ code, title: GERMAN_TITLES[code], status: PROBLEMS[code].status })
  })
})

describe('a German answer', () => {
  it('names every mistake, and keeps codes, paths and facts', () => {
    const answer = invalidRequest([
      { path: 'url', message: 'must begin with https://' },
      { path: 'amount', message: 'At most $1,234.50 can be refunded.', maximum: 123450 },
    ])
    expect(germanAnswer(answer)).toEqual({
      status: 422,
      headers: { 'Content-Language': 'de' },
      body: {
        type: '/api/v1/reference#invalid_request',
        title: 'Die Anfrage ist nicht gültig',
        status: 422,
        code: 'invalid_request',
        detail: 'url: muss mit https:// beginnen (und 1 weiterer)',
        errors: [
          { path: 'url', message: 'muss mit https:// beginnen' },
          { path: 'amount', message: 'Höchstens 1.234,50\u00a0$ können erstattet werden.', maximum: 123450 },
        ],
      },
    })
  })

  it('words lines, reasons and refusals of a quote, and leaves formulas, inputs and what people have written', () => {
    const line = { kind: 'plan', rule: 'C11', formula: '$10.00 × 1 = $10.00', inputs: { message: 'No change waits.' }, description: 'Pro, a year in advance' }
    const body = {
      lines: [line],
      differs_because: [{ code: 'usage', text: '$12.00 is for usage.' }],
      rejection: { code: 'same_plan', rule: 'G8', message: 'You are on Pro by the month already.' },
      metadata: { rule: 'x', description: 'Pro, a year in advance' },
      endpoint: { description: 'Pro, a year in advance' },
    }
    expect(germanBody(body)).toEqual({
      ...body,
      lines: [{ ...line, description: 'Pro, ein Jahr im Voraus' }],
      differs_because: [{ code: 'usage', text: '12,00\u00a0$ sind für Nutzung.' }],
      rejection: { code: 'same_plan', rule: 'G8', message: 'Sie haben Pro schon, abgerechnet je Monat.' },
    })
  })

  it('leaves files and nothing as they are', () => {
    const file = { status: 200, body: new Uint8Array([1]) }
    expect(germanAnswer(file)).toBe(file)
    expect(germanAnswer({ status: 204, body: null })).toEqual({ status: 204, body: null })
  })
})
