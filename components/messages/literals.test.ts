import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseSync } from '@swc/core'
import { describe, expect, it } from 'vitest'

/**
 * What a person reads or hears comes from a catalog. The linter refuses words between tags (`noJsxLiterals`); these are words in the
 * attributes that are read aloud or shown, written out or in a template, and titles of pages.
 */
const SPOKEN = new Set([
  ...['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'alt', 'placeholder', 'title'],
  ...['label', 'hint', 'error', 'summary', 'description', 'caption', 'detail', 'lead', 'heading', 'empty', 'reason', 'valueText'],
])
const ROOT = join(import.meta.dirname, '../..')
/** Shown to developers only. */
const EXEMPT = /^app\/gallery\//

const files = ['app', 'components']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`))
  .filter((name) => name.endsWith('.tsx') && !EXEMPT.test(name))

type Node = { type?: string; [key: string]: unknown }

/** Literals below a value that is shown: of a string, a template, either side of a choice. Not of a call, whose words are a key. */
function literalsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const node = value as Node
  switch (node.type) {
    case 'StringLiteral':
      return [String(node.value)]
    case 'TemplateLiteral':
      return (node.quasis as { raw: string }[]).map(({ raw }) => raw)
    case 'JSXExpressionContainer':
    case 'ParenthesisExpression':
      return literalsIn(node.expression)
    case 'ConditionalExpression':
      return [...literalsIn(node.consequent), ...literalsIn(node.alternate)]
    case 'BinaryExpression':
      return /^(&&|\|\||\?\?|\+)$/.test(String(node.operator)) ? [...literalsIn(node.left), ...literalsIn(node.right)] : []
    default:
      return []
  }
}

function wordsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(wordsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, ...rest } = node as Node
  const own =
    type === 'JSXAttribute' && SPOKEN.has(nameOf(rest.name))
      ? literalsIn(rest.value)
      : type === 'JSXExpressionContainer' && (rest.expression as Node | undefined)?.type !== 'JSXEmptyExpression'
        ? []
        : type === 'KeyValueProperty' && nameOf(rest.key) === 'title'
          ? literalsIn(rest.value).filter((text) => /^\p{Lu}/u.test(text)) // A page’s; other titles are names of classes.
          : []
  return [...own, ...Object.values(rest).flatMap(wordsIn)]
}

const nameOf = (node: unknown): string => String((node as { value?: unknown } | null)?.value ?? '')

const isWord = (text: string) => /\p{L}{2}/u.test(text)

describe('words in attributes', () => {
  it('sees the files', () => {
    expect(files.length).toBeGreaterThan(100)
  })

  it('are found where they are', () => {
    const found = wordsIn(parseSync('<a aria-label="Close" title={open ? "Shut" : t("key")} className="flex" />', { syntax: 'typescript', tsx: true }))
    expect(found.filter(isWord)).toEqual(['Close', 'Shut'])
  })

  it.each(files)('%s has none', (file) => {
    const found = wordsIn(parseSync(readFileSync(join(ROOT, file), 'utf8'), { syntax: 'typescript', tsx: true }))
    expect(found.filter(isWord), relative(ROOT, file)).toEqual([])
  })
})
