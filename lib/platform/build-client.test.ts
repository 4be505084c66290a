import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildClient } from './build-client'

const run = promisify(execFile)
const company = mkdtempSync(join(tmpdir(), 'headroom-company-'))
const installed = join(company, 'node_modules/@headroom/client')

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
