import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from './testing'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
it('migrates', () => {
  expect(database.ownerUrl).toContain('postgres')
})
