import type { Page } from '@playwright/test'
import { operatorOf, section, sitDown } from './desk'
import { type Api, type Customer, expect, test } from './fixtures'

/** As somebody would find them who has only their id. */
async function open(desk: Page, customer: Customer): Promise<void> {
  await desk.goto('/operator')
  await desk.getByRole('searchbox', { name: 'Search' }).fill(customer.id)
  await desk.getByRole('button', { name: 'Search' }).click()
  await desk.getByRole('row').getByRole('link').first().click()
  await expect(desk.getByRole('navigation', { name: 'Sections of this organization' })).toBeVisible()
}

const invoices = async (api: Api, { id }: Customer) =>
  (await api.call('GET', `/organizations/${id}/invoices`)).body.data as { id: string; status: string; amount_refunded: number }[]

test('an operator gives credit until a day, however often it is pressed, and the customer reads why', async ({ browser, demo, newCustomer, page }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const desk = await sitDown(browser, demo.url, operatorOf(demo))
  await open(desk, customer)
  await section(desk, 'Credit')
  const form = desk.getByRole('region', { name: 'Give credit, or take it back' })
  await form.getByLabel('Amount').fill('7.50')
  await form.getByLabel('Ends on').fill('2026-12-31')
  await form.getByRole('button', { name: 'Book it' }).click()
  await expect(form.getByText('Check what you typed')).toBeVisible()
  await expect(form.getByLabel('Reason')).toBeFocused()
  await form.getByLabel('Reason').fill('For the outage of 3 May')
  await form.getByRole('button', { name: 'Book it' }).dblclick()
  await expect(desk.getByText('It is booked')).toBeVisible()
  await expect(desk.getByRole('row', { name: /Operator.*\$7\.50/ })).toHaveCount(1)

  await page.goto(`/${customer.slug}/activity`)
  await expect(page.getByText('Gave $7.50 of credit: For the outage of 3 May')).toHaveCount(1)
  await expect(page.getByRole('listitem').getByText('Support').first()).toBeVisible()
  await desk.context().close()
})

test('a refund is made as an exception, with its reason, and once', async ({ browser, demo, newCustomer, api }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await customer.use(100)
  const desk = await sitDown(browser, demo.url, operatorOf(demo))
  await open(desk, customer)
  await section(desk, 'Invoices')
  await desk.getByRole('row', { name: /Paid/ }).getByRole('link').click()
  await expect(desk.getByText('By the product’s rules nothing can be refunded now.')).toBeVisible()
  await desk.getByLabel('Reason').fill('They were ill')
  await desk.getByRole('button', { name: 'Refund to the card' }).dblclick()
  await expect(desk.getByText('The refund was made.').or(desk.getByText('This is under way.'))).toBeVisible()
  await expect.poll(async () => (await invoices(api, customer))[0]?.amount_refunded).toBe(10_00)
  await section(desk, 'Activity')
  await expect(desk.getByText(/as an exception: They were ill/)).toBeVisible()
  await expect(desk.getByRole('main').getByText(operatorOf(demo).email).first()).toBeVisible()
  await desk.context().close()
})

test('a higher limit that a customer asks for is decided with a reason, and a transfer is noted', async ({ browser, demo, newCustomer, api, page }) => {
  const customer = await newCustomer({ product: 'screenshots', plan: 'growth' })
  const useCase = `A preview of every page, for ${customer.slug}`
  expect((await api.call('POST', `/subscriptions/${customer.subscription}/limit_requests`, { hard_limit: 250_000, use_case: useCase })).status).toBe(201)
  const proForma = await api.call('POST', `/organizations/${customer.id}/pro_forma`, { product: 'team-seats', plan: 'basic', seats: 3 })
  expect(proForma.status).toBe(201)

  const desk = await sitDown(browser, demo.url, operatorOf(demo))
  await desk
    .getByRole('link', { name: /^Requests/ })
    .first()
    .click()
  const request = desk.getByRole('listitem').filter({ hasText: useCase })
  await request.getByLabel('Decision').selectOption('Decline')
  await request.getByLabel('Reason').fill('Not before the first paid month')
  await request.getByRole('button', { name: 'Send the decision' }).click()
  await expect(request).toBeHidden()
  await page.goto(`/${customer.slug}/activity`)
  await expect(page.getByText('Declined a higher hard limit: Not before the first paid month')).toBeVisible()

  const number = String((proForma.body.invoice as { number: string }).number)
  const transfer = desk.getByRole('listitem').filter({ hasText: number })
  await transfer.getByLabel('Reference of the transfer').fill('2026-0042')
  await transfer.getByRole('button', { name: /^Mark .* as paid$/ }).click()
  await expect(transfer).toBeHidden()
  await page.goto(`/${customer.slug}/invoices`)
  await expect(page.getByRole('row', { name: new RegExp(`${number}.*Paid`) })).toBeVisible()
  await desk.context().close()
})

test('a plan is made for one customer, who finds it on their plan page', async ({ browser, demo, newCustomer, page }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const desk = await sitDown(browser, demo.url, operatorOf(demo))
  await open(desk, customer)
  await section(desk, 'Custom plans')
  await desk.getByLabel('Based on').selectOption('API calls, Pro')
  await desk.getByRole('button', { name: 'Choose' }).click()
  await desk.getByLabel('Name').fill('Pro for a story')
  await desk.getByLabel('Price by the month').fill('25')
  await desk.getByLabel('Included calls').fill('500,000')
  await desk.getByLabel('Reason').fill('A long contract')
  await desk.getByRole('button', { name: 'Make the plan' }).click()
  await expect(desk.getByText('The plan is made.')).toBeVisible()
  await expect(desk.getByRole('row', { name: /Pro for a story.*\$25\.00 a month/ })).toBeVisible()
  await page.goto(`/${customer.slug}/api-calls/plan`)
  await expect(page.getByText('Pro for a story').first()).toBeVisible()
  await desk.context().close()
})

test('support looks at a customer’s pages, read only, changes nothing anywhere, and the customer can read that they looked', async ({
  browser,
  demo,
  newCustomer,
  page,
}) => {
  const customer = await newCustomer({ plan: 'basic' })
  const admin = await sitDown(browser, demo.url, operatorOf(demo))
  const email = `support-${customer.slug}@company.example`
  await admin.goto('/operator/operators')
  await admin.getByLabel('Email').fill(email)
  await admin.getByRole('button', { name: 'Make the link' }).click()
  const link = admin.getByText(/\/operator\/link\//)
  await expect(link).toBeVisible()

  const context = await browser.newContext({ baseURL: demo.url })
  const support = await context.newPage()
  await support.goto((await link.textContent()) ?? '')
  await support.getByLabel('Password', { exact: true }).fill('a long sentence for support')
  await support.getByRole('button', { name: 'Save and open the desk' }).click()
  await expect(support.getByRole('heading', { name: 'Organizations', exact: true })).toBeVisible()
  await open(support, customer)
  await section(support, 'Credit')
  await expect(support.getByRole('button', { name: 'Book it' })).toHaveAttribute('aria-disabled', 'true')
  await expect(support.getByText('Only an admin can do this.').first()).toBeVisible()

  await section(support, 'Overview')
  await support.getByRole('button', { name: 'View their pages' }).click()
  await expect(support.getByText('Viewing as support, read only.')).toBeVisible()
  await support.goto(`/${customer.slug}/api-calls/plan`)
  await expect(support.getByText('Viewing as support, read only.')).toBeVisible()
  await expect(support.getByRole('button', { name: 'Upgrade to Pro' })).toHaveAttribute('aria-disabled', 'true')
  await support.getByRole('button', { name: 'Back to the desk' }).click()
  await expect(support.getByRole('navigation', { name: 'Sections of this organization' })).toBeVisible()
  expect((await support.context().request.get(`/${customer.slug}`, { maxRedirects: 0 })).status()).not.toBe(200)

  await page.goto(`/${customer.slug}/activity`)
  await expect(page.getByText(/^Looked at these pages as/)).toBeVisible()
  await context.close()
  await admin.context().close()
})

test('a key is made for the back end, shown once, used, and revoked', async ({ browser, demo }) => {
  const desk = await sitDown(browser, demo.url, operatorOf(demo))
  await desk.goto('/operator/keys')
  const label = `Story ${Math.random().toString(36).slice(2)}`
  await desk.getByLabel('What it is for').fill(label)
  await desk.getByLabel('It may').selectOption('Read')
  await desk.getByRole('button', { name: 'Make the key' }).dblclick()
  await expect(desk.getByText('Copy it now; it is not shown again.')).toBeVisible()
  const key = (await desk.getByRole('status').locator('code').first().textContent()) ?? ''
  const ask = () => fetch(`${demo.url}/api/v1/organizations`, { headers: { authorization: `Bearer ${key}` } })
  expect((await ask()).status).toBe(200)
  await desk.reload()
  await expect(desk.getByText(key)).toHaveCount(0)
  const item = desk.getByRole('listitem').filter({ hasText: label })
  await expect(item).toHaveCount(1)
  await expect(item.getByText(/^used /)).toBeVisible()
  await item.getByText(label).click()
  await item.getByRole('button', { name: 'Revoke' }).click()
  await expect(item.getByText('revoked', { exact: true })).toBeVisible()
  await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(401)
  await desk.context().close()
})

test('the desk is shut to customers and to nobody, and its link works once', async ({ page, browser, demo, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  for (const path of [
    '',
    '/requests',
    '/catalog',
    '/books',
    '/health',
    '/clocks',
    '/operators',
    `/organizations/${customer.id}`,
    `/organizations/${customer.id}/credit`,
  ]) {
    const answer = await page.request.get(`/operator${path}`, { maxRedirects: 0 })
    expect([answer.status(), answer.headers().location], path).toEqual([307, expect.stringContaining('/operator/sign-in')])
  }
  const context = await browser.newContext({ baseURL: demo.url })
  const stranger = await context.newPage()
  await stranger.goto('/operator/link/no-such-link')
  await expect(stranger.getByText('This link has ended.')).toBeVisible()
  await stranger.goto('/operator/sign-in')
  await stranger.getByLabel('Email').fill('nobody@company.example')
  await stranger.getByLabel('Password', { exact: true }).fill('not the password')
  await stranger.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(stranger.getByText('Email and password do not belong together.')).toBeVisible()
  await context.close()
})
