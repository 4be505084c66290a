import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { findEmbeddedPostgres, freePort } from '../lib/platform/embedded-postgres'
import { SETTINGS } from '../lib/platform/settings'

/** Outlives the tests' own product, so that each of these can be killed without harm to another. */
test.describe('stopping and starting', () => {
  test.setTimeout(180_000)
  let directory: string
  let port: number
  const products: ChildProcess[] = []

  test.beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'headroom-stop-'))
    chmodSync(directory, 0o711)
    port = (await freePort(0)) ?? 0
  })
  test.afterEach(async () => {
    for (const product of products.splice(0).filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      product.kill('SIGTERM')
      await once(product, 'exit')
    }
    rmSync(directory, { recursive: true, force: true })
  })

  async function start(at = port): Promise<ChildProcess> {
    rmSync(join(directory, 'demo.json'), { force: true })
    const none = Object.fromEntries(SETTINGS.map(({ name }) => [name, '']))
    const env = { ...process.env, FORCE_COLOR: undefined, ...none, HEADROOM_DATA_DIRECTORY: directory, HEADROOM_DEMO: '0', PORT: String(at) }
    const product = spawn(process.execPath, ['--no-memory-reducer', '--import', 'tsx', 'lib/platform/start.ts'], {
      cwd: resolve(import.meta.dirname, '..'),
      env,
      stdio: 'inherit',
    })
    products.push(product)
    await expect.poll(() => existsSync(join(directory, 'demo.json')) || product.exitCode !== null, { timeout: 90_000 }).toBe(true)
    expect(product.exitCode).toBeNull()
    return product
  }

  const answers = () =>
    fetch(`http://127.0.0.1:${port}/api/v1/health/ready`).then(
      ({ status }) => status,
      () => 'nobody',
    )

  test('refuses a second start on its data; leaves no program behind when it is killed, starts again on what was left, and ends everything when it is asked to', async () => {
    const killed = await start()
    expect(await answers()).toBe(200)

    await expect(start(await freePort(0))).rejects.toThrow()
    expect(products.at(-1)?.exitCode).toBe(1)
    expect(await answers(), 'the first goes on').toBe(200)

    killed.kill('SIGKILL')
    await once(killed, 'exit')
    await expect.poll(answers, { timeout: 15_000 }).toBe('nobody')

    const asked = await start()
    expect(await answers()).toBe(200)
    asked.kill('SIGTERM')
    expect(await once(asked, 'exit')).toEqual([0, null])
    expect(await answers()).toBe('nobody')
    expect(await findEmbeddedPostgres(join(directory, 'postgres')), 'the database ends last').toBeUndefined()
    expect(existsSync(join(directory, 'postgres/data/postmaster.pid'))).toBe(false)
  })
})
