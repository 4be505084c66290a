import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { countStage, summarize } from './stage-results'

const directory = mkdtempSync(join(tmpdir(), 'headroom-results-'))
afterAll(() => rmSync(directory, { recursive: true }))

function reportFile(content: unknown): string {
  const file = join(directory, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}
const tests = (count: number, status: string) => Array.from({ length: count }, () => ({ status }))
const vitest = (passed: number, failed: number) =>
  reportFile({
    testResults: [
      { status: failed > 0 ? 'failed' : 'passed', assertionResults: [...tests(passed, 'passed'), ...tests(failed, 'failed'), ...tests(1, 'skipped')] },
    ],
  })
const playwright = (expected: number, unexpected: number, flaky: number) => reportFile({ stats: { expected, unexpected, flaky, skipped: 0 } })

describe('countStage', () => {
  it.each([
    { succeeded: true, counts: { passed: 1, failed: 0, skipped: 0 } },
    { succeeded: false, counts: { passed: 0, failed: 1, skipped: 0 } },
  ])('a check that ends with success: $succeeded', ({ succeeded, counts }) => {
    expect(countStage('exit', succeeded, '')).toEqual(counts)
  })

  it('counts tests each', () => {
    expect(countStage('vitest', false, vitest(7, 2))).toEqual({ passed: 7, failed: 2, skipped: 1 })
    expect(countStage('playwright', false, playwright(5, 1, 0))).toEqual({ passed: 5, failed: 1, skipped: 0 })
  })

  it('counts a failure where all tests passed and the run did not', () => {
    expect(countStage('vitest', false, vitest(7, 0))).toMatchObject({ passed: 7, failed: 1 })
  })

  it('counts a failure where there was no test, or no report', () => {
    expect(countStage('vitest', true, vitest(0, 0))).toMatchObject({ passed: 0, failed: 1 })
    expect(countStage('playwright', true, join(directory, 'none.json'))).toMatchObject({ passed: 0, failed: 1 })
  })

  it('counts each file that failed before its tests began', () => {
    const broken = { status: 'failed', assertionResults: tests(5, 'skipped') }
    const file = reportFile({ testResults: [{ status: 'passed', assertionResults: tests(3, 'passed') }, broken, { ...broken, assertionResults: [] }] })
    expect(countStage('vitest', false, file)).toEqual({ passed: 3, failed: 2, skipped: 5 })
  })

  it('counts a browser test that passed only sometimes as failed', () => {
    expect(countStage('playwright', true, playwright(5, 0, 1))).toEqual({ passed: 5, failed: 1, skipped: 0 })
  })
})

describe('summarize', () => {
  it('ends with the line that machines read, and names the seed', () => {
    const stage = { name: 'unit', seconds: 1.4, output: '', passed: 40, failed: 1, skipped: 0 }
    const lines = summarize([stage, { ...stage, name: 'lint', passed: 1, failed: 0 }], '17').split('\n')
    expect(lines.at(-1)).toBe('41 passed, 1 failed')
    expect(lines.at(-2)).toBe('Repeat with HEADROOM_TEST_SEED=17')
  })

  it('counts a skipped test as failed', () => {
    const stage = { name: 'unit', seconds: 1.4, output: '', passed: 40, failed: 0, skipped: 2 }
    expect(summarize([stage], '17').split('\n').at(-1)).toBe('40 passed, 2 failed')
  })
})
