import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = fileURLToPath(new URL('.', import.meta.url))
const exclude = ['**/node_modules/**', '.next/**', '.headroom/**', 'e2e/**']
const database = ['**/*.database.test.ts']
const scenario = ['**/*.scenario.test.ts']
/** Against Stripe itself: `npm run test:stripe`, and never part of `npm test`. */
const stripe = ['**/*.stripe.test.ts']

/** Of pages and actions, where Next's request is stood in for, so each file loads its modules anew. */
const ofNext = ['app/**/*.database.test.ts']
const unitOfNext = ['app/actions/authorization.test.ts']

/** One more than there are cores: much of them waits for Postgres, for a process that it starts, or for one that it has killed. */
const onPostgres = { globalSetup: ['db/testing-server.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 3 }

/** A property is 20,000 cases in a deep run, on a machine that may be busy. */
const unit = { exclude: [...exclude, ...database, ...scenario, ...stripe], testTimeout: 60_000 }

/** What takes longest begins first, from the last of these on, so that nothing runs alone at the end while a core has nothing to do; the rest by size. */
const LONGEST = [
  'kills',
  'every-route-twice',
  'conformity',
  'every-operator-action',
  'backup',
  'pairs',
  'killed-renewals',
  'every-action',
  'fuzz',
  'page-races',
  'races',
  'crash-matrix',
].map((name) => `/${name}.`)

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bySize = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => LONGEST.findLastIndex((name) => moduleId.includes(name))
    return bySize.toSorted((a, b) => place(b) - place(a))
  }
}

/**
 * A test's name says what it needs: `*.database.test.ts` and `*.scenario.test.ts` a Postgres, the rest nothing. They share their
 * worker's modules, as the product's own processes do, but where a module is stood in for; each file with a Postgres has a database of its own.
 */
export default defineConfig({
  root,
  resolve: { alias: { '@': root.replace(/\/$/, '') } },
  test: {
    passWithNoTests: false,
    reporters: ['default'],
    // What is waited for comes, however busy the machine: a bound of a second finds slow machines.
    expect: { poll: { timeout: 20_000 } },
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { ...unit, name: 'unit', include: ['**/*.test.ts', '**/*.test.tsx'], exclude: [...unit.exclude, ...unitOfNext], isolate: false } },
      { extends: true, test: { ...unit, name: 'unit-next', include: unitOfNext } },
      { extends: true, test: { ...onPostgres, name: 'database', include: database, exclude: [...exclude, ...ofNext], isolate: false } },
      { extends: true, test: { ...onPostgres, name: 'database-next', include: ofNext, exclude } },
      { extends: true, test: { name: 'stripe', include: stripe, exclude, testTimeout: 120_000 } },
      { extends: true, test: { ...onPostgres, name: 'scenario', include: scenario, exclude, testTimeout: 180_000, isolate: false } },
    ],
  },
})
