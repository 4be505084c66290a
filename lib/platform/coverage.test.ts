import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { citationsOf, findMissingTests } from './cited-tests'

const RULES = [...numbered('C', 17), ...numbered('A', 14), ...numbered('B', 11), ...numbered('S', 8), ...numbered('P', 8), ...numbered('T', 12)]
const PROMISES = numbered('', 5)

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
}

describe('docs/coverage.md', () => {
  const text = readFileSync('docs/coverage.md', 'utf8')

  it('names only tests that there are', () => {
    expect(findMissingTests(text)).toEqual([])
  })

  it.each([...PROMISES, ...RULES])('%s has a test', (row) => {
    expect(citationsOf(text).filter((citation) => citation.row === row)).not.toEqual([])
  })

  it('would miss one that is gone, renamed or only part of a name', () => {
    const file = 'lib/time.test.ts'
    const cited = (path: string, title: string) => `| C1 | time | \`${path}\` › ${title} |`
    expect(findMissingTests(cited(file, 'C1: instants are UTC'))).toEqual([])
    expect(findMissingTests(cited('lib/no-such.test.ts', 'C1: instants are UTC'))).toHaveLength(1)
    expect(findMissingTests(cited(file, 'C1: instants'))).toHaveLength(1)
    expect(findMissingTests(`${cited(file, 'C1: instants are UTC').slice(0, -2)}<br>\`${file}\` › gone |`)).toEqual([{ row: 'C1', file, title: 'gone' }])
  })
})
