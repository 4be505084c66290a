import { spawn } from 'node:child_process'
import pg from 'pg'
import { expect, it } from 'vitest'
import { scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { SETTINGS } from '../platform/settings'

const stage = setStage()

const books = () => run('lib/worker/books-command.ts', [], { DATABASE_ENGINE_URL: stage.database.engineUrl })

async function run(program: string, parameters: string[], settings: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const none = Object.fromEntries(SETTINGS.map(({ name }) => [name, '']))
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...parameters], { env: { ...process.env, ...none, ...settings } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  return { code: await new Promise((resolve) => child.on('exit', resolve)), said }
}

it('npm run books says in one sentence that there is nothing to add up', async () => {
  const empty = new pg.Client({ connectionString: stage.database.ownerUrl })
  await empty.connect()
  await empty.query('create database books_of_nothing')
  const url = new URL(stage.database.ownerUrl)
  url.pathname = '/books_of_nothing'
  const said = await run('lib/platform/with-database.ts', ['lib/worker/books-command.ts'], { DATABASE_URL: url.href })
  const builtIn = await run('lib/platform/with-database.ts', ['lib/worker/books-command.ts'], { HEADROOM_DATA_DIRECTORY: '/nonexistent/headroom' })
  await empty.query('drop database books_of_nothing with (force)')
  await empty.end()
  const sentence = { code: 2, said: 'There is nothing of Headroom in this database yet: start it once with npm start.\n' }
  expect([said, builtIn]).toEqual([sentence, sentence])
})

it('npm run books ends with 0 where all agrees, and with 1 and what does not where it does not', async () => {
  await scenario(stage, { plan: 'basic' })
  expect(await books()).toEqual({ code: 0, said: '1 organizations, 4 ledger entries, 0 differences.\n' })

  const owner = new pg.Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  await owner.query('UPDATE document_series SET next = next + 1')
  await owner.end()
  const { code, said } = await books()
  expect(code).toBe(1)
  expect(said).toContain('document_series  invoice: expected 2, found 1')
})
