import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type ModuleImports, readModuleImports } from './module-imports'

const run = promisify(execFile)
const TREE = ['app', 'components', 'lib', 'db', 'e2e']
const SOURCE = /\.tsx?$/
const cruised = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({ violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })) }),
})

export type Violation = { rule: string; from: string; to: string }
type Module = ModuleImports & { path: string; source: string }

/**
 * Where the code breaks a rule of `.dependency-cruiser.mjs`, or one of those below.
 *
 * Beside TypeScript 7 dependency-cruiser reads no TSX and cannot tell a type from a value, so it is given a mirror of
 * the tree that holds nothing but import statements: once all of them, once only those that run.
 *
 * @param files paths below `root`; every TypeScript file among them must be reached.
 * @throws Error where a file was not seen, so that a broken tool can never pass as a clean tree.
 */
export async function findViolations(root: string, files: string[]): Promise<Violation[]> {
  const modules = files.filter((file) => SOURCE.test(file)).map((path) => readModule(root, path))
  const others = files.filter((file) => !SOURCE.test(file))
  const clientFiles = modules.filter(({ directive }) => directive === 'use client').map(({ path }) => path)
  const [all, running] = await Promise.all([
    cruise(root, others, 'ofAllImports', modules.map(withAllImports)),
    cruise(root, others, `ofWhatRuns(${JSON.stringify(clientFiles)})`, modules.map(withWhatRuns)),
  ])
  return [...all, ...running, ...modules.flatMap(readOffences)]
}

/** The files of the tree that git knows or would add. */
export async function listTree(root: string): Promise<string[]> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...TREE], { cwd: root, maxBuffer: 2 ** 26 })
  const deleted = await run('git', ['ls-files', '--deleted', '--', ...TREE], { cwd: root, maxBuffer: 2 ** 26 })
  const gone = new Set(deleted.stdout.split('\n'))
  return [...new Set(stdout.split('\n'))].filter((file) => file !== '' && !gone.has(file))
}

function readModule(root: string, path: string): Module {
  const source = readFileSync(join(root, path), 'utf8')
  try {
    return { path, source, ...readModuleImports(source, { markup: path.endsWith('x') }) }
  } catch (cause) {
    throw new Error(`${path} is not TypeScript that can be read: ${String(cause)}`, { cause })
  }
}

type Mirrored = { path: string; specifiers: string[] }

function withAllImports({ path, imports }: Module): Mirrored {
  return { path, specifiers: imports.map(({ specifier }) => specifier) }
}

/** What a server action imports stays on the server: for whoever imports it, it is a remote call. */
function withWhatRuns({ path, imports, directive }: Module): Mirrored {
  return { path, specifiers: directive === 'use server' ? [] : imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier) }
}

async function cruise(root: string, others: string[], config: string, mirrored: Mirrored[]): Promise<Violation[]> {
  const mirror = mkdtempSync(join(tmpdir(), 'headroom-architecture-'))
  try {
    for (const { path, specifiers } of mirrored) write(join(mirror, path), specifiers.map((specifier) => `import ${JSON.stringify(specifier)}\n`).join(''))
    for (const path of [...others, 'node_modules', 'package.json', 'tsconfig.json']) link(join(root, path), join(mirror, path))
    const rules = pathToFileURL(join(root, '.dependency-cruiser.mjs')).href
    write(join(mirror, 'cruise.mjs'), `import * as rules from ${JSON.stringify(rules)}\nexport default rules.${config}\n`)
    const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const folders = [...new Set(mirrored.map(({ path }) => path.split('/')[0] ?? path))]
    const { stdout } = await run(process.execPath, [tool, '--config', 'cruise.mjs', '--output-type', 'json', ...folders], { cwd: mirror, maxBuffer: 2 ** 28 })
    const { modules, summary } = cruised.parse(JSON.parse(stdout))
    const seen = new Set(modules.map(({ source }) => source))
    const unseen = mirrored.filter(({ path }) => !seen.has(path))
    if (unseen.length > 0) throw new Error(`dependency-cruiser saw ${mirrored.length - unseen.length} of ${mirrored.length} files; not ${unseen[0]?.path}`)
    return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }))
  } finally {
    rmSync(mirror, { recursive: true, force: true })
  }
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

const EMPTY_NAMES = /(^|\/)(utils?|helpers?|types|common|misc)\.tsx?$|-v\d+\.tsx?$/
const PRODUCT_NAMES = /[=!]==\s*['"](api-calls|scrape-credits|model-tokens|screenshots|team-seats)['"]/
const WRITES = /\.(insert|update|delete)\(/

/** What no import shows. */
function readOffences({ path, source }: Module): Violation[] {
  const offences: Violation[] = []
  if (EMPTY_NAMES.test(path)) offences.push({ rule: 'names-say-something', from: path, to: path })
  if (/\.test\.tsx?$/.test(path)) return offences
  if (path.startsWith('lib/billing/views/') && WRITES.test(source)) offences.push({ rule: 'views-never-write', from: path, to: WRITES.exec(source)?.[0] ?? '' })
  if (!path.startsWith('lib/billing/catalog/') && PRODUCT_NAMES.test(source)) {
    offences.push({ rule: 'policies-not-product-names', from: path, to: PRODUCT_NAMES.exec(source)?.[0] ?? '' })
  }
  return offences
}
