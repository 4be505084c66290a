import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test'
import { letWallTimePass } from '@/lib/billing/testing/wall-time'
import { hashInputs, namedBySources } from '@/lib/platform/build'
import type { WebName } from '@/lib/worker/testing/installation'
import { placesInCode } from '@/lib/worker/testing/places'
import { settle } from '@/lib/worker/testing/settle'
import { DEEP, sampled } from './depth'
import { signIn } from './sign-in'
import { type Customer, PASSWORD, TwoServers } from './two-servers'

/** Two web servers with all their pages, on one Postgres: a person who is sent from one to the other notices nothing, and is charged once. */
test.describe.configure({ mode: 'default' })

const WEBS: readonly WebName[] = ['web', 'web 2']
const INCLUDED = 10_000
const CONSUMED_AT_ONCE = 7
const CALLS = 200

let servers: TwoServers

test.beforeAll(async () => {
  test.setTimeout(120_000)
  servers = await TwoServers.start()
})
test.afterAll(() => servers.stop())
test.afterEach(async () => {
  servers.serving = 'web'
  await servers.product.heal()
})

test('who signs in at one is signed in at the other; a session that is ended there is ended here at once', async ({ browser }) => {
  const customer = await servers.newCustomer('api-calls', 'free')
  const [here, there] = [await signedIn(browser, customer), await signedIn(browser, customer, 'web 2')]
  const settings = `/${customer.slug}/settings`
  const heading = (page: Page) => page.getByRole('heading', { name: 'Settings', level: 1 })
  for (const web of ['web 2', 'web'] as const) {
    servers.serving = web
    await here.goto(settings)
    await expect(heading(here)).toBeVisible()
  }

  servers.serving = 'web 2'
  await there.goto(settings)
  await there.getByRole('button', { name: 'End all other sessions' }).click()
  await expect(there.getByRole('list', { name: 'Your sessions' }).getByRole('listitem')).toHaveCount(1)

  servers.serving = 'web'
  await here.reload()
  await expect(here.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await there.reload()
  await expect(heading(there), 'whoever ended them stays').toBeVisible()
  for (const page of [here, there]) await page.context().close()
})

test('a hard limit set at one holds at the other at once, and both together decide up to it and never over it', async ({ browser }) => {
  const customer = await servers.newCustomer('screenshots', 'growth')
  const consume = (quantity: number, web: WebName) =>
    servers.product.ask('POST', '/consume', { id: randomUUID(), organization: customer.id, meter: 'screenshots', quantity }, undefined, web)
  await consume(INCLUDED, 'web')
  let used = INCLUDED
  const page = await signedIn(browser, customer)
  for (const { setAt, seenAt, limit } of [
    { setAt: 'web', seenAt: 'web 2', limit: INCLUDED + 500 },
    { setAt: 'web 2', seenAt: 'web', limit: INCLUDED + 1_000 },
  ] as const) {
    servers.serving = setAt
    await page.goto(`/${customer.slug}/spending`)
    const card = page.getByRole('region', { name: 'Hard limit' })
    await card.getByRole('textbox', { name: /Hard limit/ }).fill(String(limit))
    await card.getByRole('button', { name: 'Set hard limit' }).click()
    await expect(page.getByText(`The hard limit is ${limit.toLocaleString('en-US')} screenshots now.`)).toBeVisible()
    servers.serving = seenAt
    await page.reload()
    await expect(card.getByRole('textbox', { name: /Hard limit/ })).toHaveValue(limit.toLocaleString('en-US'))

    const answers = await Promise.all(Array.from({ length: CALLS }, (_, call) => consume(CONSUMED_AT_ONCE, WEBS[call % WEBS.length] ?? 'web')))
    used += answers.filter((answer) => answer?.body.allowed === true).length * CONSUMED_AT_ONCE
    expect(used, 'never over it').toBeLessThanOrEqual(limit)
    expect(used, 'and up to it').toBeGreaterThan(limit - CONSUMED_AT_ONCE)
    expect((await consume(CONSUMED_AT_ONCE, seenAt))?.body, 'what was allowed was counted, and nothing else').toMatchObject({ allowed: false, used, limit })
  }
  await page.context().close()
})

/** What a person pays for in a dialog. */
type Paid = {
  product: string
  plan: string | null
  /** The dialog, with the button in it that charges. */
  open(page: Page, customer: Customer): Promise<{ dialog: Locator; pay: Locator }>
  /** What they are told while nobody knows: in the dialog, or by the page, which has taken its place. */
  underWay: string
  /** All that they are ever charged, in cents. */
  charged: number[]
  /** The page that tells them that they have it, and their invoice for it. */
  expectHeld(page: Page, customer: Customer): Promise<void>
  invoice: RegExp
}
const PAID: Record<string, Paid> = {
  'first subscription': {
    product: 'api-calls',
    plan: null,
    async open(page, { slug }) {
      await page.goto(`/${slug}/api-calls/plan`)
      await page.getByRole('button', { name: 'Choose Basic' }).click()
      const dialog = page.getByRole('dialog', { name: 'Start with Basic' })
      return { dialog, pay: dialog.getByRole('button', { name: 'Pay $10.00 and start' }) }
    },
    underWay: 'Waiting for payment',
    charged: [10_00],
    async expectHeld(page, { slug }) {
      await page.goto(`/${slug}/api-calls/plan`)
      await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Basic')
    },
    invoice: /Paid.*\$10\.00/,
  },
  'change of plan': {
    product: 'api-calls',
    plan: 'basic',
    async open(page, { slug }) {
      await page.goto(`/${slug}/plan`)
      await page.getByRole('button', { name: 'Upgrade to Pro' }).click()
      const dialog = page.getByRole('dialog', { name: 'Change from Basic to Pro' })
      return { dialog, pay: dialog.getByRole('button', { name: 'Pay $20.00 and upgrade' }) }
    },
    underWay: 'We are checking with your bank',
    charged: [10_00, 20_00],
    async expectHeld(page, { slug }) {
      await page.goto(`/${slug}/plan`)
      await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')
    },
    invoice: /Change of plan.*Paid/,
  },
  'purchase of credit': {
    product: 'model-tokens',
    plan: 'prepaid',
    async open(page, { slug }) {
      await page.goto(`/${slug}/credits`)
      await page.getByRole('button', { name: 'Add to balance' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add to balance' })
      await dialog.getByRole('button', { name: 'Choose $20.00' }).click()
      return { dialog, pay: dialog.getByRole('button', { name: 'Pay $20.00' }) }
    },
    underWay: 'We are checking with your bank',
    charged: [20_00],
    async expectHeld(page, { slug }) {
      await page.goto(`/${slug}/credits`)
      await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$20.00')
    },
    invoice: /Credit.*Paid.*\$20\.00/,
  },
}
/** Where somebody pays by a card that nobody asks about, whose payment nobody cancels at the provider meanwhile. */
const PASSED = placesInCode().filter((place) => place.startsWith('collect:') && !['collect:before_bank', 'collect:reopened'].includes(place))
/** Before it is opened, after the charge before it is recorded, and recorded before anybody is answered. */
const TELLING = ['collect:before_open', 'collect:observed', 'collect:settled']
/** The provider has charged by then. */
const MOVED = ['collect:observed', 'collect:settled']
const CASES = Object.keys(PAID).flatMap((what) => (DEEP ? PASSED : TELLING).map((place) => ({ what, place })))

for (const { what, place } of sampled(CASES)) {
  test(`a server is killed with -9 at ${place} of a ${what}; at the other one the person goes on, and is charged once`, async ({ browser }) => {
    const paid = PAID[what] as Paid
    const customer = await servers.newCustomer(paid.product, paid.plan)
    const page = await signedIn(browser, customer, 'web 2')
    servers.serving = 'web'
    const { dialog, pay } = await paid.open(page, customer)
    await expect(pay).toBeEnabled()
    const { died } = await servers.product.arm('web', place, 'web')
    await pay.click()
    await died
    await expect(dialog.getByRole('alert'), 'they are told that nobody answers').toBeVisible()

    servers.serving = 'web 2'
    await pay.dblclick()
    if (place === 'collect:settled') await expect(dialog, 'it was done, and they are told so').toBeHidden()
    else await expect(dialog.getByRole('alert').or(page.getByRole('region', { name: 'Current plan' }))).toContainText(paid.underWay)

    await letWallTimePass(customer.id) // What the dead one holds is nobody's any more.
    await settle(servers.product, customer)
    const hasMoved = MOVED.includes(place)
    expect((await servers.chargesOf(customer)).sort()).toEqual(hasMoved ? paid.charged : paid.charged.slice(0, -1))
    if (!hasMoved) {
      // It was given up before money could move, and the page offers it as if it had never been.
      const again = await paid.open(page, customer)
      await again.pay.dblclick()
      await expect(again.dialog).toBeHidden()
    }
    await paid.expectHeld(page, customer)
    await page.goto(`/${customer.slug}/invoices`)
    await expect(page.getByRole('row', { name: paid.invoice })).toHaveCount(1)
    await expect(page.getByRole('row', { name: /INV-.*Paid/ }).or(page.getByRole('row', { name: /Paid.*INV-/ }))).toHaveCount(paid.charged.length)
    expect((await servers.chargesOf(customer)).sort()).toEqual(paid.charged)
    expect(await servers.cashOf(customer), 'the books say what the provider does').toBe(paid.charged.reduce((sum, amount) => sum + BigInt(amount), 0n))
    expect(await servers.product.make('GET', `/books?organization=${customer.id}`)).toMatchObject({ balanced: true, differences: [] })
    await page.context().close()
  })
}

test('one that is ended while it serves pages cuts none of them: each is whole, or was not begun', async ({ browser }) => {
  const customer = await servers.newCustomer('api-calls', 'basic')
  const page = await signedIn(browser, customer, 'web 2')
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  await page.context().close()
  const headers = { cookie, 'x-request-id': 'chosen by the caller' }
  let whole = 0
  const named = new Set<string | null>()
  const readers = Array.from({ length: 4 }, async () => {
    for (;;) {
      const answer = await fetch(`${servers.product.urlOf('web 2')}/${customer.slug}/plan`, { headers }).catch(() => null)
      if (!answer) return // Nobody takes new ones any more.
      expect(answer.status).toBe(200)
      expect(await answer.text()).toMatch(/<\/html>\s*$/)
      named.add(answer.headers.get('x-request-id'))
      whole += 1
    }
  })
  await expect.poll(() => whole, { timeout: 20_000, intervals: [5] }).toBeGreaterThan(10)
  expect(await servers.product.end('web 2')).toEqual({ code: 0 })
  await Promise.all(readers)
  expect(named.size, 'each page has an id of its own').toBe(whole)
  for (const id of named) expect(id).toMatch(/^[\da-f-]{36}$/)
})

test('two that were built apart know each other’s pages: what Next names and keys by chance comes from what was built', async () => {
  const { HEADROOM_BUILD, NEXT_SERVER_ACTIONS_ENCRYPTION_KEY } = namedBySources(hashInputs(process.cwd()))
  expect(readFileSync('.next/BUILD_ID', 'utf8')).toBe(HEADROOM_BUILD)
  const { encryptionKey } = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8'))
  expect(encryptionKey).toBe(NEXT_SERVER_ACTIONS_ENCRYPTION_KEY)
})

/** A browser that has signed in at that server. */
async function signedIn(browser: Browser, { email }: Customer, web: WebName = 'web'): Promise<Page> {
  servers.serving = web
  const context = await browser.newContext({ baseURL: servers.url })
  const page = await context.newPage()
  await signIn(page, '/sign-in', { email, password: PASSWORD })
  return page
}
