import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../lib/platform/embedded-postgres'
import { SETTINGS } from '../lib/platform/settings'
import { startIdentityProvider } from './identity-provider'

const STARTS_WITHIN_MS = 240_000
const STOPS_WITHIN_MS = 30_000

/**
 * Starts the product as `npm start` does, with a database and a port of its own, and stops it when the last test is done.
 * The tests find it by `HEADROOM_E2E_DIRECTORY`.
 */
export default async function startProduct(): Promise<() => Promise<void>> {
  if (process.env.HEADROOM_E2E_DIRECTORY) return async () => {} // A product that runs already, with its data there.
  const directory = mkdtempSync(join(tmpdir(), 'headroom-e2e-'))
  chmodSync(directory, 0o711) // Root's Postgres runs as another user, who must get in.
  const [port, other] = [await freePort(0), await freePort(0)]
  if (!port || !other) throw new Error('There is no free port.')
  const identities = await startIdentityProvider(other, `http://localhost:${port}/api/auth/callback/oidc`)
  const said: string[] = []
  const product = spawn(process.execPath, ['--import', 'tsx', 'lib/platform/start.ts'], {
    cwd: resolve(import.meta.dirname, '..'),
    env: {
      ...process.env,
      FORCE_COLOR: undefined, // Playwright's, for its own workers.
      ...Object.fromEntries(SETTINGS.map(({ name }) => [name, ''])), // Not the settings of whoever runs the tests.
      HEADROOM_DATA_DIRECTORY: directory,
      PORT: String(port),
      HEADROOM_RETURN_URLS: 'https://app.example.com',
      HEADROOM_OIDC_ISSUER: identities.issuer,
      HEADROOM_OIDC_CLIENT_ID: identities.clientId,
      HEADROOM_OIDC_CLIENT_SECRET: identities.clientSecret,
      HEADROOM_OIDC_NAME: 'Example ID',
      HEADROOM_WEBHOOKS_ALLOW_PRIVATE: '1', // A receiver of the tests is on this machine.
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
  process.env.HEADROOM_E2E_DIRECTORY = directory
  return async () => {
    await stop(product)
    await identities.stop()
    rmSync(directory, { recursive: true, force: true })
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
