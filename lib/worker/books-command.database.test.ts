import { spawn } from 'node:child_process'
import pg from 'pg'
import { expect, it } from 'vitest'
import { scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'

const stage = setStage()

async function books(): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/worker/books-command.ts'], {
    env: { ...process.env, DATABASE_ENGINE_URL: stage.database.engineUrl },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  return { code: await new Promise((resolve) => child.on('exit', resolve)), said }
}

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
