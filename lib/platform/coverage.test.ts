import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const CITATION = /`([^`]+\.(?:test|spec)\.ts)` › (.+?)(?=<br>| \|)/g
const ROW = /^\| (\w+)[.]? /
const RULES = [...numbered('C', 17), ...numbered('A', 14), ...numbered('B', 11), ...numbered('S', 8), ...numbered('P', 8), ...numbered('T', 12)]
const PROMISES = numbered('', 5)

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
}

/** Which tests each row names. */
function citationsOf(text: string): { row: string; file: string; title: string }[] {
  return text.split('\n').flatMap((line) => {
    const row = ROW.exec(line)?.[1] ?? ''
    return [...line.matchAll(CITATION)].map(([, file = '', title = '']) => ({ row, file, title }))
  })
}

/** The title as it is written in the file, as a whole: the name of a test or of a group of them. */
function isThere({ file, title }: { file: string; title: string }): boolean {
  if (!existsSync(file)) return false
  const source = readFileSync(file, 'utf8')
  return ["'", '"', '`'].some((quote) => source.includes(`(${quote}${title}${quote}`))
}

const missing = (text: string) => citationsOf(text).filter((citation) => !isThere(citation))

describe('docs/coverage.md', () => {
  const text = readFileSync('docs/coverage.md', 'utf8')

  it('names only tests that there are', () => {
    expect(missing(text)).toEqual([])
  })

  it.each([...PROMISES, ...RULES])('%s has a test', (row) => {
    expect(citationsOf(text).filter((citation) => citation.row === row)).not.toEqual([])
  })

  it('would miss one that is gone, renamed or only part of a name', () => {
    const file = 'lib/time.test.ts'
    const cited = (path: string, title: string) => `| C1 | time | \`${path}\` › ${title} |`
    expect(missing(cited(file, 'C1: instants are UTC'))).toEqual([])
    expect(missing(cited('lib/no-such.test.ts', 'C1: instants are UTC'))).toHaveLength(1)
    expect(missing(cited(file, 'C1: instants'))).toHaveLength(1)
    expect(missing(`${cited(file, 'C1: instants are UTC').slice(0, -2)}<br>\`${file}\` › gone |`)).toEqual([{ row: 'C1', file, title: 'gone' }])
  })
})
