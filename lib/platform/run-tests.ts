import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './chromium'
import { memoryDirectory } from './memory-directory'
import { findPgBouncer } from './pooler'
import { SETTINGS } from './settings'
import { countStage, type StageResult, summarize } from './stage-results'
import { listStages, type Stage } from './stages'

/**
 * `npm test`: every check and every test, through to the end whatever fails. `npm test -- unit database` runs those stages only;
 * `--deep` makes generated tests try harder. A skipped test fails the run: nothing is skipped quietly. The same seed makes them try the same.
 */
const CORES = 2
const DEPTH = process.argv.includes('--deep') ? 'deep' : (process.env.HEADROOM_TEST_DEPTH ?? 'usual')
const STAGE_MAY_TAKE_MS = (DEPTH === 'deep' ? 150 : 40) * 60_000
/** What a stage could not do here, which is neither passed nor failed. */
const NOT_TRIED = /^Not tried: .*$/gm
const SMALLEST_SEED_NOT_DRAWN = 2 ** 31

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const seed = process.env.HEADROOM_TEST_SEED || String(randomInt(SMALLEST_SEED_NOT_DRAWN))
const reports = mkdtempSync(join(tmpdir(), 'headroom-tests-'))

const environment: Record<string, string | undefined> = {
  ...process.env,
  // Nobody's own settings, least of all a Stripe key, reach a test.
  ...Object.fromEntries(SETTINGS.map(({ name }) => [name, undefined])),
  // Not NO_COLOR: Playwright forces colors on its workers, and Node warns of the two together in each program that they start.
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  NEXT_TELEMETRY_DISABLED: '1',
  PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'browser.json'),
  HEADROOM_TEST_SEED: seed,
  HEADROOM_TEST_DEPTH: DEPTH,
}

async function main(): Promise<void> {
  const stages = listStages(reports).filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  if (stages.length === 0)
    throw new Error(
      `There is no stage named ${wanted.join(' or ')}; there are ${listStages(reports)
        .map(({ name }) => name)
        .join(', ')}.`,
    )
  console.log(`Seed ${seed}, ${DEPTH} depth`)
  const results = await runAll(stages)
  rmSync(reports, { recursive: true, force: true })
  for (const { output } of results) for (const said of output.match(NOT_TRIED) ?? []) console.log(said)
  if (DEPTH === 'deep' && !findPgBouncer()) console.log('Not tried: a pooler. There is no PgBouncer from 1.21 on in PATH or HEADROOM_PGBOUNCER.')
  console.log(summarize(results, seed))
  process.exitCode = results.some(({ failed, skipped }) => failed + skipped > 0) ? 1 : 0
}

/** Side by side where there are cores left for it, and always in the order of the list where there are not. */
async function runAll(stages: Stage[]): Promise<StageResult[]> {
  const waiting = [...stages]
  const running = new Map<string, { cores: number; result: Promise<StageResult> }>()
  const results: StageResult[] = []
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((stage) => mayStart(stage, waiting, running))
    const [stage] = next === -1 ? [] : waiting.splice(next, 1)
    if (stage) {
      console.log(`  ${stage.name} …`)
      running.set(stage.name, { cores: stage.cores, result: runStage(stage) })
      continue
    }
    const result = await Promise.race([...running.values()].map((run) => run.result))
    running.delete(result.name)
    results.push(result)
    tell(result)
  }
  return stages.flatMap(({ name }) => results.filter((result) => result.name === name))
}

function mayStart({ cores, after = [] }: Stage, waiting: Stage[], running: Map<string, { cores: number }>): boolean {
  const used = [...running.values()].reduce((sum, run) => sum + run.cores, 0)
  const isBlocked = after.some((name) => running.has(name) || waiting.some((stage) => stage.name === name))
  return used + cores <= CORES && !isBlocked
}

function tell({ name, failed, passed, skipped, seconds, output }: StageResult): void {
  const isClean = failed + skipped === 0
  const notRun = skipped > 0 ? `, ${skipped} skipped, which fails the run` : ''
  console.log(`${isClean ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed${notRun} in ${Math.round(seconds)} s`)
  if (!isClean) console.log(output.trimEnd().replaceAll(/^/gm, `  ${name} │ `))
}

async function runStage(stage: Stage): Promise<StageResult> {
  const started = performance.now()
  const output: string[] = []
  const succeeded = await runCommands(stage, output).catch((error: Error) => {
    output.push(error.message)
    return false
  })
  const counts = countStage(stage.report, succeeded, join(reports, `${stage.name}.json`))
  return { name: stage.name, ...counts, seconds: (performance.now() - started) / 1000, output: output.join('') }
}

async function runCommands({ name, report, commands }: Stage, output: string[]): Promise<boolean> {
  const own = {
    ...(report !== 'exit' && { TMPDIR: memoryDirectory() }), // Tests only: what the bench measures is a database on a disk.
    ...(name === 'browser' && { CHROMIUM_PATH: await findChromium() }),
  }
  for (const command of commands) if ((await runNode(command, { ...environment, ...own }, output)) !== 0) return false
  return true
}

function runNode(parameters: string[], env: Record<string, string | undefined>, output: string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => {
      output.push(`\nIt took longer than ${STAGE_MAY_TAKE_MS / 60_000} minutes and was ended.\n`)
      child.kill('SIGTERM')
    }, STAGE_MAY_TAKE_MS)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
    child.on('error', (error) => output.push(error.message))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code)
    })
  })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
