import { join } from 'node:path'
import { HEAP_OPTIONS } from './programs'

/** How a stage tells what it found: by its exit alone, or by the report that it writes. */
type Report = 'exit' | 'vitest' | 'playwright'

export type Stage = {
  name: string
  /** Node programs and their arguments, run one after the other until one fails. */
  commands: string[][]
  report: Report
  /** How many of the two cores it fills: what shares a machine with a test that measures time makes it flaky. */
  cores: 1 | 2
  /** Runs only after these, whatever they found. */
  after?: string[]
}

const tool = (path: string) => join('node_modules', path)
const script = (name: string) => ['--import', 'tsx', `lib/platform/${name}.ts`]
const vitest = (project: string, report: string) => [
  tool('vitest/vitest.mjs'),
  ...['--config', '.vitest.config.ts', 'run', '--project', project],
  ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
]

/** Everything that `npm test` runs, in the order of the table it prints. */
export function listStages(reports: string): Stage[] {
  const report = (name: string) => join(reports, `${name}.json`)
  return [
    { name: 'lint', commands: [[tool('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '--max-diagnostics=100', '.']], report: 'exit', cores: 1 },
    {
      name: 'types',
      commands: [
        [tool('next/dist/bin/next'), 'typegen'],
        [tool('typescript/bin/tsc'), '--noEmit'],
      ],
      report: 'exit',
      cores: 1,
    },
    { name: 'unused', commands: [[tool('knip/bin/knip.js'), '--config', '.knip.json']], report: 'exit', cores: 1, after: ['types'] },
    { name: 'audit', commands: [script('audit-dependencies')], report: 'exit', cores: 1 },
    { name: 'architecture', commands: [script('check-architecture')], report: 'exit', cores: 1 },
    { name: 'build', commands: [script('build-if-changed')], report: 'exit', cores: 1, after: ['types'] },
    { name: 'unit', commands: [vitest('unit*', report('unit'))], report: 'vitest', cores: 1 },
    { name: 'database', commands: [vitest('database*', report('database'))], report: 'vitest', cores: 2 },
    { name: 'scenario', commands: [vitest('scenario', report('scenario'))], report: 'vitest', cores: 2 },
    {
      name: 'browser',
      commands: [[tool('@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts']],
      report: 'playwright',
      cores: 2,
      after: ['build'],
    },
    {
      name: 'bench',
      commands: [[...HEAP_OPTIONS, '--import', 'tsx', 'e2e/bench.ts', '--small', '--seconds', '0.5']],
      report: 'exit',
      cores: 2,
      after: ['build'],
    },
  ]
}
