import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Stage } from './stages'

export type Counts = { passed: number; failed: number; skipped: number }
export type StageResult = Counts & { name: string; seconds: number; output: string }

const vitestReport = z.object({ testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })) })
const playwrightReport = z.object({ stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }) })

/**
 * What a stage found. A check counts as one; tests count each. A stage that failed without a failed test (it would not start,
 * or ran none at all) counts as one failure, so that nothing broken can ever add up to "0 failed".
 */
export function countStage(report: Stage['report'], succeeded: boolean, reportFile: string): Counts {
  if (report === 'exit') return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 }
  const counts = readReport(report, reportFile)
  const isBroken = !succeeded || counts.passed + counts.failed === 0
  return isBroken && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function readReport(report: 'vitest' | 'playwright', file: string): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 }
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (report === 'vitest') return countFiles(vitestReport.parse(content).testResults)
  const { expected, unexpected, flaky, skipped } = playwrightReport.parse(content).stats
  return { passed: expected, failed: unexpected + flaky, skipped }
}

/** A file that failed before its tests began has failed once for itself: its tests count as skipped, and must not hide it. */
function countFiles(files: z.infer<typeof vitestReport>['testResults']): Counts {
  const tests = files.flatMap(({ assertionResults }) => assertionResults)
  const count = (status: string) => tests.filter((test) => test.status === status).length
  const brokenFiles = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'))
  const failed = count('failed') + brokenFiles.length
  return { passed: count('passed'), failed, skipped: tests.length - count('passed') - count('failed') }
}

/** The table at the end. Its last line is for machines, and counts what was skipped as failed: nothing is skipped quietly. */
export function summarize(results: readonly StageResult[], seed: string): string {
  const total = (key: keyof Counts) => results.reduce((sum, result) => sum + result[key], 0)
  const rows = results.map(({ name, seconds, passed, failed, skipped }) =>
    [name.padEnd(14), `${Math.round(seconds)} s`.padStart(7), String(passed).padStart(8), String(failed).padStart(8), String(skipped).padStart(8)].join(''),
  )
  const head = ['stage'.padEnd(14), 'time'.padStart(7), 'passed'.padStart(8), 'failed'.padStart(8), 'skipped'.padStart(8)].join('')
  return ['', head, ...rows, '', `Repeat with HEADROOM_TEST_SEED=${seed}`, `${total('passed')} passed, ${total('failed') + total('skipped')} failed`].join('\n')
}
