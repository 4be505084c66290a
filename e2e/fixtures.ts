import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base } from '@playwright/test'

/** What `npm start` wrote down for whoever may sign in. */
type Demo = { url: string; apiKey: string; signIns: { name: string; email: string; password: string; role: string }[] }

type Fixtures = {
  demo: Demo
  /** Calls the machine interface with the admin key: `await callInterface('POST', '/organizations', { … })`. */
  callInterface: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>
}

export const { expect } = base

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  demo: async ({}, use) => {
    const directory = process.env.HEADROOM_E2E_DIRECTORY
    if (!directory) throw new Error('The product was not started; run the tests with e2e/playwright.config.ts.')
    await use(JSON.parse(readFileSync(join(directory, 'demo.json'), 'utf8')) as Demo)
  },
  baseURL: async ({ demo }, use) => use(demo.url),
  callInterface: async ({ demo, request }, use) => {
    await use(async (method, path, body) => {
      const headers = { authorization: `Bearer ${demo.apiKey}` }
      const answer = await request.fetch(`${demo.url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { data: body }) })
      const text = await answer.text()
      return { status: answer.status(), body: text === '' ? null : (JSON.parse(text) as unknown) }
    })
  },
})
