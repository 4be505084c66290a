import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SETTINGS } from '../lib/platform/settings'

const STARTS_WITHIN_MS = 240_000
const STOPS_WITHIN_MS = 30_000

export type RunningProduct = {
  /** Where `demo.json` says who may sign in. */
  directory: string
  processId: number
  stop(): Promise<void>
}

/** Starts the product as `npm start` does, with a database of its own, on that port and with those settings and no others. */
export async function runProduct(port: number, settings: Record<string, string>): Promise<RunningProduct> {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-e2e-'))
  chmodSync(directory, 0o711) // Root's Postgres runs as another user, who must get in.
  const said: string[] = []
  const product = spawn(process.execPath, ['--no-memory-reducer', '--import', 'tsx', 'lib/platform/start.ts'], {
    cwd: resolve(import.meta.dirname, '..'),
    env: {
      ...process.env,
      FORCE_COLOR: undefined, // Playwright's, for its own workers.
      ...Object.fromEntries(SETTINGS.map(({ name }) => [name, ''])), // Not the settings of whoever runs it.
      HEADROOM_DATA_DIRECTORY: directory,
      PORT: String(port),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [product.stdout, product.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const started = performance.now()
  while (!existsSync(join(directory, 'demo.json'))) {
    const isLate = performance.now() - started > STARTS_WITHIN_MS
    if (product.exitCode !== null || isLate) {
      await stop(product)
      throw new Error(`The product did not start${isLate ? ' in time' : ''}:\n${said.join('')}`)
    }
    await sleep(100)
  }
  return {
    directory,
    processId: product.pid ?? 0,
    async stop() {
      await stop(product)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function stop(product: ChildProcess): Promise<void> {
  if (product.exitCode !== null) return
  const ended = new Promise<void>((done) => product.once('exit', () => done()))
  product.kill('SIGTERM')
  const timer = setTimeout(() => product.kill('SIGKILL'), STOPS_WITHIN_MS)
  await ended
  clearTimeout(timer)
}
