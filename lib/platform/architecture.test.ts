import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations, type Violation } from './architecture'
import { readModuleImports } from './module-imports'

const project = process.cwd()

/** One file per rule, which breaks that one and no other. */
const planted: Record<string, { file: string; source: string }[]> = {
  'kernel-imports-only-itself': [{ file: 'lib/time.ts', source: `import 'zod'` }],
  'core-is-pure': [
    { file: 'lib/billing/core/reads-environment.ts', source: `import { env } from 'node:process'` },
    { file: 'lib/billing/core/knows-table-type.ts', source: `import type { Row } from '@/db/rows'` },
  ],
  'client-stands-alone': [
    { file: 'lib/client/reads-file.ts', source: `import 'node:fs'` },
    { file: 'lib/client/knows-money.ts', source: `import type { Amount } from '../money'` },
  ],
  'db-imports-only-the-kernel': [{ file: 'db/knows-rules.ts', source: `import '@/lib/billing/core/innocent'` }],
  'lib-imports-nothing-above': [{ file: 'lib/worker/knows-page.ts', source: `import type { Props } from '../../components/innocent'` }],
  'components-import-no-routes': [{ file: 'components/knows-page.tsx', source: `import '@/app/page'` }],
  'components-touch-no-database': [{ file: 'components/reads-table.tsx', source: `import { rows } from '@/db/rows'` }],
  'commands-call-no-flows': [{ file: 'lib/billing/commands/calls-flow.ts', source: `import '../flows/innocent'` }],
  'commands-call-no-commands': [{ file: 'lib/billing/commands/calls-command.ts', source: `import './innocent'` }],
  'views-decide-and-write-nothing': [{ file: 'lib/billing/views/calls-command.ts', source: `import '../commands/innocent'` }],
  'catalog-is-data': [{ file: 'lib/billing/catalog/reads-table.ts', source: `import '@/db/rows'` }],
  'only-the-adapter-imports-stripe': [{ file: 'lib/billing/flows/pays-by-itself.ts', source: `import type { Stripe } from 'stripe'` }],
  'payments-know-no-billing': [{ file: 'lib/payments/knows-invoice.ts', source: `import type { Line } from '@/lib/billing/core/innocent'` }],
  'sandbox-holds-no-engine-code': [{ file: 'lib/payments/sandbox/borrows.ts', source: `import '../stripe/innocent'` }],
  'no-server-only': [{ file: 'lib/auth/server-only.ts', source: `import 'server-only'` }],
  'stage-is-for-programs-and-tests': [{ file: 'lib/api/seeds.ts', source: `import '@/db/seed/demo'` }],
  'no-test-is-imported': [{ file: 'lib/notify/borrows-test.ts', source: `import '../money.test'` }],
  'no-cycles': [{ file: 'lib/metering/first.ts', source: `import './second'` }],
  'no-unresolved': [{ file: 'lib/notify/names-nothing.ts', source: `import '@/lib/notify/nothing'` }],
  'product-needs-no-dev-dependency': [{ file: 'lib/notify/needs-checker.ts', source: `import 'fast-check'` }],
  'sandbox-takes-only-types-from-stripe': [{ file: 'lib/payments/sandbox/uses-client.ts', source: `import Stripe from 'stripe'` }],
  'client-bundle-has-no-rules': [
    { file: 'components/decides.tsx', source: `'use client'\nimport '@/lib/notify/reaches-catalog'\nexport const Decides = () => <b>1</b>` },
  ],
  'client-bundle-has-no-temporal': [{ file: 'components/tells-time.tsx', source: `'use client'\nimport { Temporal } from 'temporal-polyfill'` }],
  'client-bundle-has-no-zod': [{ file: 'components/validates.tsx', source: `'use client'\nconst load = () => import('zod')` }],
  'client-bundle-has-no-database': [{ file: 'app/reads-table.tsx', source: `'use client'\nimport '@/db/rows'` }],
  'names-say-something': [{ file: 'lib/notify/utils.ts', source: 'export {}' }],
  'views-never-write': [{ file: 'lib/billing/views/writes.ts', source: `export const write = (database) => database.update(rows)` }],
  'policies-not-product-names': [{ file: 'lib/metering/asks-name.ts', source: `export const isCalls = (product: string) => product === 'api-calls'` }],
}

/** Allowed, and beside each rule's edge. */
const innocent: Record<string, string> = {
  'lib/money.ts': `import { date } from './time'`,
  'lib/money.test.ts': `import 'fast-check'`,
  'lib/billing/core/innocent.ts': `import '../../money'`,
  'lib/billing/core/innocent.test.ts': `import 'vitest'\nimport '@/db/testing'`,
  'lib/billing/commands/innocent.ts': `import './store/locks'\nimport '../core/innocent'\nimport '@/db/rows'`,
  'lib/billing/commands/store/locks.ts': `import { rows } from '@/db/rows'`,
  'lib/billing/flows/innocent.ts': `import '../commands/innocent'`,
  'lib/billing/views/innocent.ts': `import { Temporal } from 'temporal-polyfill'\nimport '@/db/rows'`,
  'lib/billing/catalog/innocent.ts': `import type { Plan } from '../core/innocent'`,
  'lib/payments/stripe/innocent.ts': `import Stripe from 'stripe'`,
  'lib/payments/sandbox/innocent.ts': `import type { Stripe } from 'stripe'\nimport { type Events } from 'stripe'`,
  'lib/notify/reaches-catalog.ts': `import '@/lib/billing/catalog/innocent'`,
  'lib/metering/second.ts': `import './third'`,
  'lib/metering/third.ts': `import './first'`,
  'db/rows.ts': `import 'drizzle-orm'\nimport '../lib/ids'`,
  'lib/ids.ts': `import 'typeid-js'`,
  'db/testing.ts': `import { inject } from 'vitest'`,
  'db/seed/demo.ts': `import '@/lib/billing/flows/innocent'`,
  'app/page.tsx': `import '@/components/innocent'\nexport default () => <main className="a" />`,
  'app/actions/innocent.ts': `'use server'\nimport 'zod'\nimport '@/lib/billing/flows/innocent'`,
  // Types and remote calls cost a browser nothing.
  'components/innocent.tsx': `'use client'\nimport { act } from '@/app/actions/innocent'\nimport type { View } from '@/lib/billing/views/innocent'\nexport const a = <b>1</b>`,
}

describe('the architecture', () => {
  const root = mkdtempSync(join(tmpdir(), 'headroom-planted-'))
  let violations: Violation[] = []

  beforeAll(async () => {
    const files = { ...innocent, ...Object.fromEntries(Object.values(planted).flatMap((entries) => entries.map(({ file, source }) => [file, source]))) }
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), `${source}\n`)
    }
    for (const file of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json']) copyFileSync(join(project, file), join(root, file))
    symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
    violations = await findViolations(root, Object.keys(files))
  }, 60_000)
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each(Object.entries(planted))('%s is found where it is broken', (rule, entries) => {
    for (const { file } of entries) expect(new Set(violations.filter(({ from }) => from === file).map((violation) => violation.rule))).toEqual(new Set([rule]))
  })

  it('finds nothing else', () => {
    const known = new Set(Object.values(planted).flatMap((entries) => entries.map(({ file }) => file)))
    const others = violations.filter(({ from, rule }) => !known.has(from) && rule !== 'no-cycles') // A cycle is found at each of its files.
    expect(others).toEqual([])
  })

  it('has a planted violation for every rule of the configuration', async () => {
    const { ofAllImports, ofWhatRuns } = await import(join(project, '.dependency-cruiser.mjs'))
    const rules: { name: string; severity: string }[] = [...ofAllImports.forbidden, ...ofWhatRuns(['components/any.tsx']).forbidden]
    for (const { name, severity } of rules) expect(planted, `${name} (${severity})`).toHaveProperty(name)
    expect(new Set(rules.map(({ severity }) => severity))).toEqual(new Set(['error']))
  })
})

describe('readModuleImports', () => {
  it.each([
    { source: `import type { A } from 'a'`, typeOnly: true, why: 'a type import' },
    { source: `import { type A, type B } from 'a'`, typeOnly: true, why: 'nothing but types by name' },
    { source: `import { type A, b } from 'a'`, typeOnly: false, why: 'one value among the types' },
    { source: `import a from 'a'`, typeOnly: false, why: 'a default import' },
    { source: `import 'a'`, typeOnly: false, why: 'an import for its effect' },
    { source: `export type { A } from 'a'`, typeOnly: true, why: 'a type passed on' },
    { source: `export * from 'a'`, typeOnly: false, why: 'everything passed on' },
    { source: `const load = async () => (await import('a')).default`, typeOnly: false, why: 'a late import' },
    { source: `let a: import('a').A`, typeOnly: true, why: 'a type named in place' },
    { source: `const a = <div title="x">{call(() => import('a'))}</div>`, typeOnly: false, why: 'a late import in markup' },
  ])('$why: $source', ({ source, typeOnly }) => {
    expect(readModuleImports(source, { markup: true }).imports).toEqual([{ specifier: 'a', typeOnly }])
  })

  it('reads a generic arrow function, which would be markup in a .tsx file', () => {
    expect(readModuleImports(`const first = <Value>(value: Value): Value => value\nimport 'a'`, { markup: false }).imports).toEqual([
      { specifier: 'a', typeOnly: false },
    ])
  })

  it('sees a directive only at the top', () => {
    expect(readModuleImports(`'use client'\nimport 'a'`, { markup: true }).directive).toBe('use client')
    expect(readModuleImports(`import 'a'\n'use client'`, { markup: true }).directive).toBeUndefined()
  })
})
