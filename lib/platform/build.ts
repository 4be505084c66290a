import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle'

/** Below `.next`, so that a new Next build, which clears it, can never leave our bundles beside another version's pages. */
const OUTPUT = '.next/headroom'
const INPUTS = [
  '{app,components,lib,db,public}/**/*',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.ts',
  'tsconfig.json',
  'package-lock.json',
  '.postcssrc.json',
]
/** The journal of the migrations is: a program tells by it whether the database is of its version. */
const NOT_BUILT = /\.test\.tsx?$|^db\/(seed|testing|migrations\/(?!meta\/_journal))/

/** The programs that make up a running Headroom, beside Next's pages. */
export const PROGRAMS = { server: 'lib/server.ts', worker: 'lib/worker.ts', sandbox: 'lib/payments/sandbox/main.ts' } as const
export type Program = keyof typeof PROGRAMS

export function builtProgram(root: string, program: Program): string {
  return join(root, OUTPUT, `${program}.mjs`)
}

/** Whether what is built was built from these very files. */
export function isBuilt(root: string): boolean {
  const stamp = join(root, OUTPUT, 'inputs')
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashInputs(root)
}

/**
 * Builds the pages and bundles the programs.
 *
 * @throws Error with what the build said, where it fails.
 */
export async function buildProduct(root: string, log: string): Promise<void> {
  const inputs = hashInputs(root) // Before the build: a file changed during it must be built again.
  rmSync(join(root, OUTPUT), { recursive: true, force: true })
  await buildPages(root, log, inputs)
  await bundlePrograms(root)
  writeFileSync(join(root, OUTPUT, 'inputs'), inputs)
}

/** The contents that decide what is built, in one number. */
export function hashInputs(root: string): string {
  const hash = createHash('sha256').update(process.version)
  for (const file of globSync(INPUTS, { cwd: root }).sort()) {
    const path = file.replaceAll('\\', '/')
    if (NOT_BUILT.test(path) || !statSync(join(root, file)).isFile()) continue
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * Next makes up a name for each build, and a key that the names of its actions come from. From what is built, they are the same on every machine: else
 * a page that one web server has sent could ask nothing of another. The key is no secret then; what the running server encrypts with is (`start.ts`).
 */
export function namedBySources(inputs: string): { HEADROOM_BUILD: string; NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: string } {
  return { HEADROOM_BUILD: inputs.slice(0, 20), NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: createHash('sha256').update(`actions ${inputs}`).digest('base64') }
}

function buildPages(root: string, log: string, inputs: string): Promise<void> {
  const next = join(root, 'node_modules/next/dist/bin/next')
  const env = { ...process.env, ...namedBySources(inputs), NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [next, 'build'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const file = createWriteStream(log)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        file.write(chunk)
      })
    }
    child.on('error', reject)
    child.on('close', (code) => {
      file.end()
      if (code === 0) resolve()
      else reject(new Error(`The pages could not be built (${log}):\n${said.trim().split('\n').slice(-40).join('\n')}`))
    })
  })
}

async function bundlePrograms(root: string): Promise<void> {
  const programs = Object.entries(PROGRAMS).map(([name, file]) => [name, join(root, file)] as const)
  await bundle({ entryPoints: Object.fromEntries(programs.filter(([, file]) => existsSync(file))), outdir: join(root, OUTPUT) })
}
