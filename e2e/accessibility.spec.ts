import AxeBuilder from '@axe-core/playwright'
import { expectClean, expectNoWider } from './axe'
import { DEEP, sampled, third } from './depth'
import { expect, test } from './fixtures'

const PAGES = [
  '',
  '/api-calls/usage',
  '/api-calls/plan',
  '/api-calls/spending',
  '/credits',
  '/invoices',
  '/payment',
  '/team',
  '/activity',
  '/notifications',
  '/developers',
  '/settings',
] as const
/** What only other products have: bars above a limit, choices, forms, several meters, prices by the seat. */
const OTHERS = [
  { product: 'screenshots', plan: 'growth', theme: 'dark', pages: ['/screenshots/spending', '/screenshots/plan'] },
  { product: 'scrape-credits', plan: 'scaling', theme: 'light', pages: ['/scrape-credits/spending', '/scrape-credits/plan'] },
  { product: 'model-tokens', plan: 'prepaid', theme: 'light', pages: ['/credits', '/model-tokens/usage', '/model-tokens/plan'] },
  { product: 'team-seats', plan: 'basic', theme: 'dark', pages: ['', '/team', '/team-seats/plan'] },
] as const

const LOOKS = [
  { theme: 'light', widths: DEEP ? [320, 768, 1440] : [320] },
  { theme: 'dark', widths: DEEP ? [320, 768, 1440] : [1440] },
] as const

for (const { theme, widths } of sampled(LOOKS))
  test(`every page is clean of accessibility violations in the ${theme} theme`, async ({ page, newCustomer, api }) => {
    test.setTimeout(180_000)
    const customer = await newCustomer({ plan: 'basic' })
    await customer.use(25_000)
    const { body } = await api.call('GET', `/organizations/${customer.id}/invoices`)
    const [invoice] = body.data as { id: string }[]
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    for (const path of third([...PAGES, `/invoices/${invoice?.id}`])) {
      await page.goto(`/${customer.slug}${path}`)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 })
        await expectClean(page, `${path} at ${width} px`)
      }
    }
  })

/** What is seen before signing in, or by whom a link has failed. */
const OUTSIDE = [
  ...['/sign-in', '/sign-in/refused', '/sign-in/link/unknown', '/sign-in/portal/unknown', '/password', '/password/unknown', '/invitation/unknown'],
  ...['/operator/sign-in', '/operator/link/unknown', '/sandbox/mail', '/nowhere'],
] as const

for (const theme of sampled(['dark', 'light'] as const)) {
  test(`the pages before signing in, and those behind a page, are clean in the ${theme} theme`, async ({ page, browser, newCustomer, api }) => {
    test.setTimeout(120_000)
    const customer = await newCustomer({ plan: 'basic' })
    const context = await browser.newContext({ baseURL: api.url, colorScheme: theme, reducedMotion: 'reduce', viewport: { width: 320, height: 900 } })
    const outside = await context.newPage()
    for (const path of third(OUTSIDE)) {
      await outside.goto(path)
      await expectClean(outside, path)
    }
    await context.close()

    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 320, height: 900 })
    await page.goto(`/${customer.slug}/developers`)
    await page.getByRole('button', { name: 'Add endpoint' }).click()
    await page.getByRole('dialog').getByLabel('Address').fill('https://hooks.example.com/headroom')
    await page.getByRole('dialog').getByRole('button', { name: 'Add endpoint' }).click()
    await page.getByRole('button', { name: 'I have stored it' }).click()
    await page
      .getByRole('link', { name: /hooks\.example\.com/ })
      .first()
      .click()
    await page.waitForURL(/\/developers\/webhooks\//)
    await expectClean(page, 'an endpoint')
    for (const path of ['/api-calls/usage/history', '/usage', '/plan', '/spending']) {
      await page.goto(`/${customer.slug}${path}`)
      await expectClean(page, path)
    }
  })
}

for (const { product, plan, theme, pages } of sampled(OTHERS)) {
  test(`the pages of ${product} are clean, and no wider than a narrow phone`, async ({ page, newCustomer }) => {
    const customer = await newCustomer({ product, plan })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 320, height: 900 })
    for (const path of pages) {
      await page.goto(`/${customer.slug}${path}`)
      await expectClean(page, path)
      await expectNoWider(page, path)
    }
  })
}

test('no page is wider than its window, from a narrow phone to a desk', async ({ page, newCustomer, api }) => {
  test.setTimeout(180_000)
  const customer = await newCustomer({ plan: 'basic' })
  await customer.use(30_000) // With the banner that a reached limit puts on every page.
  const { body } = await api.call('GET', `/organizations/${customer.id}/invoices`)
  const [invoice] = body.data as { id: string }[]
  const inside = [...PAGES, '/api-calls/usage/history', `/invoices/${invoice?.id}`, '/nowhere'].map((path) => `/${customer.slug}${path}`)
  for (const path of third([...inside, '/sign-in', '/password', '/password/unknown', '/invitation/unknown', '/sandbox/mail'])) {
    await page.goto(path)
    for (const width of [320, 768, 1440, 2560]) {
      await page.setViewportSize({ width, height: 900 })
      await expectNoWider(page, `${path} at ${width} px`)
    }
  }
})

test('the change dialog is clean, and is worked by keyboard alone', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/plan`)
  const upgrade = page.getByRole('button', { name: 'Upgrade to Pro' })
  await upgrade.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: /^Pay .* and upgrade$/ })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(upgrade).toBeFocused()
})
