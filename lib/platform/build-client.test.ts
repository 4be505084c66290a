import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createContext, Script } from 'node:vm'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isDeep } from '../billing/testing/depth'
import { LendingDesk } from '../client/testing/lending-desk'
import { buildClient } from './build-client'

const run = promisify(execFile)
const company = mkdtempSync(join(tmpdir(), 'headroom-company-'))
const installed = join(company, 'node_modules/@headroom/client')

const RUNTIMES = [
  { name: 'bun', version: '1.4.5', command: ['run'] },
  { name: 'deno', version: '2.9.6', command: ['run', '--allow-net'] },
]

/** All that the package does: asks, decides by itself, reports, is refused, and gives back. */
const gatewayAt = (url: string) => `
  import { Headroom } from '@headroom/client'
  async function serve() {
    const refused = []
    const client = new Headroom({ url: '${url}', key: 'k', onRefused: ({ event }) => refused.push(event.id) })
    const asked = await client.check('ext:acme', 'calls')
    const inProcess = client.check('ext:acme', 'calls')
    client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1, id: 'counted' })
    client.report({ organization: 'ext:acme', meter: 'wrong', quantity: 1, id: 'astray' })
    await client.flush()
    await client.close()
    return { asked, inProcess, refused }
  }
  serve().then((said) => console.log(JSON.stringify(said)), (error) => console.log(String(error)))`
const AS_EXPECTED = '{"asked":{"allowed":true,"leased":true},"inProcess":{"allowed":true,"leased":true},"refused":["astray"]}'

/** A desk on a port, for processes of their own. */
async function openDesk() {
  const desk = new LendingDesk(1_000)
  const server = createServer(async (request, response) => {
    const answer = await desk.fetch(`http://desk.test${request.url}`, { body: await text(request) }).catch(() => null)
    if (answer === null) return response.destroy()
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => new Promise((done) => server.close(done).closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, desk, close }
}

beforeAll(async () => {
  mkdirSync(installed, { recursive: true })
  writeFileSync(join(company, 'package.json'), '{"type":"module"}')
  await buildClient(installed)
}, 60_000)
afterAll(() => rmSync(company, { recursive: true, force: true }))

describe('the client as a package', () => {
  it('is modules with their types, and a readme', () => {
    expect(readdirSync(installed).sort()).toEqual(['README.md', 'dist', 'package.json'])
    expect(readdirSync(join(installed, 'dist'))).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'headroom.js', 'headroom.d.ts']))
  })

  it('runs in a project that has nothing else', async () => {
    writeFileSync(
      join(company, 'gateway.js'),
      `import { Headroom } from '@headroom/client'
       const client = new Headroom({ url: 'http://127.0.0.1:9', key: 'k', onRefused: () => {}, timeoutMs: 100 })
       console.log(JSON.stringify(await client.check('ext:acme', 'calls')))
       await client.close()`,
    )
    expect((await run(process.execPath, ['gateway.js'], { cwd: company })).stdout.trim()).toBe('{"allowed":false,"reason":"unreachable"}')
  })

  it('stays until what was used is booked, when it is closed while the server takes nothing', async () => {
    const { url, desk, close } = await openDesk()
    writeFileSync(
      join(company, 'last.js'),
      `import { Headroom } from '@headroom/client'
       const client = new Headroom({ url: '${url}', key: 'k', onRefused: () => {}, onTrouble: ({ type }) => console.log(type) })
       await client.check('ext:acme', 'calls')
       console.log('used')
       process.stdin.once('data', () => process.stdin.unref() && void client.close().then(() => console.log('closed')))`,
    )
    const gateway = spawn(process.execPath, ['last.js'], { cwd: company, stdio: ['pipe', 'pipe', 'inherit'] })
    let said = ''
    gateway.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (said.endsWith('used\n')) {
        desk.state = 'away'
        gateway.stdin.write('close\n')
      }
      if (said.endsWith('away\n')) desk.state = 'there'
    })
    await once(gateway, 'close')
    expect(said).toBe('used\naway\nclosed\n')
    expect(desk.settled).toBe(1)
    await close()
  })

  it('runs at the edge, where there is nothing but what the web has', async () => {
    const { url, desk, close } = await openDesk()
    const { outputFiles } = await build({
      stdin: { contents: gatewayAt(url), resolveDir: company },
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'neutral',
    })
    const said: string[] = []
    const console = { log: (line: string) => said.push(line), error: (line: string) => said.push(line) }
    const timer = (work: () => void, ms: number) => Number(setTimeout(work, ms)) // A number, which keeps nothing waiting and has no methods.
    const { fetch, crypto, clearTimeout, setInterval, clearInterval, AbortController, performance, TextEncoder } = globalThis
    const edge = { console, setTimeout: timer, fetch, crypto, clearTimeout, setInterval, clearInterval, AbortController, performance, TextEncoder }
    new Script(outputFiles[0]?.text ?? '').runInContext(createContext(edge))
    await expect.poll(() => said, { timeout: 10_000 }).toEqual([AS_EXPECTED])
    expect(desk).toMatchObject({ settled: 2, events: new Map([['counted', expect.anything()]]) })
    await close()
  })

  // Each is 50 MB, which nobody is to load who does not ask for it.
  it.each(isDeep ? RUNTIMES : [])(
    'runs in $name $version',
    async ({ name, version, command }) => {
      const folder = join(company, name)
      try {
        await run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts=false', `${name}@${version}`])
      } catch (error) {
        console.log(`Not tried: the client in ${name}. It could not be had from the registry (${String(error).split('\n')[0]}).`)
        return
      }
      const { url, desk, close } = await openDesk()
      writeFileSync(join(company, 'runtime.js'), gatewayAt(url))
      const { stdout } = await run(join(folder, 'node_modules/.bin', name), [...command, 'runtime.js'], { cwd: company })
      expect(stdout.trim()).toBe(AS_EXPECTED)
      expect(desk).toMatchObject({ settled: 2, events: new Map([['counted', expect.anything()]]) })
      await close()
    },
    180_000,
  )

  it.each(['NodeNext', 'Bundler'])('tells its types to a project that resolves as %s', async (resolution) => {
    writeFileSync(
      join(company, 'gateway.ts'),
      `import { Headroom, type Decision } from '@headroom/client'
       const client = new Headroom({ url: '', key: '', onRefused: (refused) => console.error(refused.type) })
       export const decision: Decision = await client.check('ext:acme', 'calls')
       // @ts-expect-error: who is not told what was refused loses it.
       new Headroom({ url: '', key: '' })`,
    )
    const module = resolution === 'NodeNext' ? 'NodeNext' : 'ESNext'
    const options = ['--noEmit', '--strict', '--target', 'ES2022', '--module', module, '--moduleResolution', resolution, '--lib', 'ES2022,DOM', '--types', '']
    await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'gateway.ts'], { cwd: company })
  })
})
