import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { addDays, instant } from '@/lib/time'
import { takeTheMouseAway } from './keyboard'

type Demo = { url: string; apiKey: string; signIns: { name: string; email: string; password: string; role: string }[] }
type Json = Record<string, unknown>

/** The product as a back end sees it. */
export type Api = { url: string; call(method: string, path: string, body?: Json, headers?: Record<string, string>): Promise<{ status: number; body: Json }> }

/** Somebody with an account of their own, signed in. */
export type Person = { email: string; password: string; context: BrowserContext; page: Page }

/** An organization on a test clock of its own, with the signed-in owner. */
export type Customer = {
  id: string
  slug: string
  subscription: string
  advance(days: number): Promise<void>
  /** Units of a meter; left out: calls. */
  use(units: number, meter?: string): Promise<void>
}

type Wanted = {
  product?: string
  plan?: string
  interval?: 'month' | 'year'
  card?: string | null
  startsAt?: string /** Left out: the one whose page it is. */
  by?: Person
}

type TestFixtures = { page: Page; newCustomer: (wanted?: Wanted) => Promise<Customer> }
type WorkerFixtures = {
  /** What the stories are worked with. */
  hand: 'mouse' | 'keyboard'
  worksByHand: undefined
  demo: Demo
  api: Api
  owner: Person
  newPerson: (name: string) => Promise<Person>
}

const unique = () => randomUUID().slice(0, 13)

function readDemo(): Demo {
  const directory = process.env.HEADROOM_E2E_DIRECTORY
  if (!directory) throw new Error('HEADROOM_E2E_DIRECTORY is not set: the global set-up has not started the product')
  return JSON.parse(readFileSync(join(directory, 'demo.json'), 'utf8')) as Demo
}

/** Accepts the invitation that was mailed to `email`, as its reader would: mailbox, link, name and password. */
export async function acceptInvitation(page: Page, url: string, email: string, password: string): Promise<void> {
  const mail = await openMail(page, url, email, /invit/i)
  const link = await mail
    .getByRole('link', { name: /accept|join/i })
    .first()
    .getAttribute('href')
  await page.goto(link ?? '')
  await page.getByLabel('Your name').fill(email.split('@')[0] ?? email)
  await page.getByLabel('Choose a password').fill(password)
  await page.getByRole('button', { name: 'Create account and join' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.waitForURL((at) => !at.pathname.startsWith('/invitation'))
}

/** Opens the newest mail to `email` whose subject fits; waits until it has arrived. */
export async function openMail(page: Page, url: string, email: string, subject: RegExp) {
  const mail = page.getByRole('row').filter({ hasText: email }).filter({ hasText: subject }).getByRole('link').first()
  await expect(async () => {
    await page.goto(`${url}/sandbox/mail`)
    await expect(mail).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 20_000 })
  await mail.click()
  return page.frameLocator('iframe')
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  hand: ['mouse', { option: true, scope: 'worker' }],

  worksByHand: [
    async ({ hand, browser }, use) => {
      const giveBack = hand === 'keyboard' ? await takeTheMouseAway(browser) : undefined
      await use(undefined)
      giveBack?.()
    },
    { scope: 'worker', auto: true },
  ],

  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of a fixture's needs from this pattern.
    async ({}, use) => use(readDemo()),
    { scope: 'worker' },
  ],

  api: [
    async ({ demo }, use) => {
      const { url, apiKey } = demo
      await use({
        url,
        async call(method, path, body, headers = {}) {
          const answer = await fetch(`${url}/api/v1${path}`, {
            method,
            headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
            ...(body && { body: JSON.stringify(body) }),
          })
          const text = await answer.text()
          return { status: answer.status, body: text ? (JSON.parse(text) as Json) : {} }
        },
      })
    },
    { scope: 'worker' },
  ],

  newPerson: [
    async ({ browser, api }, use) => {
      const contexts: BrowserContext[] = []
      await use(async (name) => {
        const email = `${name}-${unique()}@people.example`
        const password = `a long sentence ${unique()}`
        const made = await api.call('POST', '/organizations', { name: `${name} at home`, owner: { email, name } })
        expect(made.status, JSON.stringify(made.body)).toBe(201)
        const context = await browser.newContext({ baseURL: api.url })
        contexts.push(context)
        const page = await context.newPage()
        await acceptInvitation(page, api.url, email, password)
        return { email, password, context, page }
      })
      await Promise.all(contexts.map((context) => context.close()))
    },
    { scope: 'worker' },
  ],

  owner: [async ({ newPerson }, use) => use(await newPerson('owner')), { scope: 'worker' }],

  page: async ({ owner }, use) => {
    const page = await owner.context.newPage()
    await use(page)
    await page.close()
  },

  newCustomer: async ({ api, owner }, use) => {
    await use(
      async ({ product = 'api-calls', plan = 'basic', interval = 'month', card = 'pm_card_visa', startsAt = '2026-05-01T00:00:00Z', by = owner } = {}) => {
        const clock = await made(api, '/test_clocks', { now: startsAt })
        const organization = await made(api, '/organizations', {
          name: `Story ${unique()}`,
          owner: { email: by.email, name: 'Owner' },
          test_clock: clock.id,
          invite: false,
        })
        const path = `/organizations/${organization.id}`
        if (card) expect((await api.call('PUT', `${path}/payment_method`, { payment_method: card })).status).toBe(200)
        const subscription = await made(api, `${path}/subscriptions`, { product, plan, interval })
        let now = instant(startsAt)
        return {
          id: String(organization.id),
          slug: String(organization.slug),
          subscription: String(subscription.id),
          async advance(days) {
            now = addDays(now, days)
            const advanced = await api.call('POST', `/test_clocks/${clock.id}/advance`, { to: now.toString() })
            expect(advanced.status, JSON.stringify(advanced.body)).toBe(200)
          },
          async use(units, meter = 'calls') {
            const event = { id: unique(), organization: organization.id, meter, quantity: units, key: 'production' }
            const recorded = await api.call('POST', '/usage', { events: [event] })
            expect(recorded.status, JSON.stringify(recorded.body)).toBe(200)
          },
        }
      },
    )
    // Whatever the story did, the books of everybody still add up.
    const books = await api.call('POST', '/books/run')
    expect(books.body).toMatchObject({ balanced: true, differences: [] })
  },
})

async function made(api: Api, path: string, body: Json): Promise<Json> {
  const answer = await api.call('POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

export { expect }
