import type { Page } from '@playwright/test'
import { sampled } from './depth'
import { operatorOf, section, sitDown } from './desk'
import { type Api, type Customer, expect, type Person, test } from './fixtures'

/**
 * Who does what, product by product: the admin does what the product is managed by, the billing manager keeps the billing details and settles
 * what a card refused, the member sees what is used and is told who can do the rest, and the operator helps. What owners do stands in the
 * other stories.
 */
type Story = {
  product: string
  plan: string
  meter: string | null
  /** What the admin does. */
  manages: (page: Page, customer: Customer) => Promise<void>
  /** What an admin may not do, and who can. */
  refused?: (page: Page, customer: Customer) => Promise<void>
  /** What a renewal costs, which the billing manager settles; null where nothing is charged by itself. */
  renewal: string | null
  /** What the operator does at the desk, from the page of the organization. */
  helps: (desk: Page, customer: Customer, api: Api) => Promise<void>
  /** What the customer's activity says of it. */
  tells: RegExp
}

const DAYS_TO_RENEWAL = 31

const STORIES: readonly Story[] = [
  {
    product: 'api-calls',
    plan: 'basic',
    meter: 'calls',
    manages: async (page, { slug }) => {
      await page.goto(`/${slug}/plan`)
      await page.getByRole('button', { name: 'Upgrade to Pro' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Pay .* and upgrade$/ })
        .click()
      await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')
    },
    renewal: '$10.00',
    helps: async (desk) => {
      await section(desk, 'Credit')
      const form = desk.getByRole('region', { name: 'Give credit, or take it back' })
      await form.getByLabel('Amount').fill('5')
      await form.getByLabel('Ends on').fill('2026-12-31')
      await form.getByLabel('Reason').fill('For an outage')
      await form.getByRole('button', { name: 'Book it' }).click()
      await expect(desk.getByText('It is booked')).toBeVisible()
    },
    tells: /Gave \$5\.00 of credit: For an outage/,
  },
  {
    product: 'scrape-credits',
    plan: 'hobby',
    meter: 'credits',
    manages: async (page, { slug }) => {
      await page.goto(`/${slug}/spending`)
      await page.getByRole('switch', { name: /Move to Startup when everything is used/ }).click()
      await expect(page.getByRole('region', { name: 'The most that can be charged' })).toContainText('$149.00')
    },
    renewal: '$49.00',
    helps: async (desk) => {
      await section(desk, 'Custom plans')
      await desk.getByLabel('Based on').selectOption('Scrape credits, Hobby')
      await desk.getByRole('button', { name: 'Choose' }).click()
      await desk.getByLabel('Name').fill('Hobby with more')
      await desk.getByLabel('Price by the month').fill('39')
      await desk.getByLabel('Reason').fill('A long contract')
      await desk.getByRole('button', { name: 'Make the plan' }).click()
      await expect(desk.getByText('The plan is made.')).toBeVisible()
    },
    tells: /Hobby with more/,
  },
  {
    product: 'model-tokens',
    plan: 'prepaid',
    meter: 'input_tokens',
    manages: async (page, { slug }) => {
      await page.goto(`/${slug}/credits`)
      await page.getByRole('button', { name: 'Add to balance' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Amount').fill('20')
      await dialog.getByRole('button', { name: 'Pay $20.00' }).click()
      await expect(page.getByRole('region', { name: 'Balance', exact: true })).toContainText('$20.00')
    },
    refused: async (page, { slug }) => {
      await page.goto(`/${slug}/credits`)
      await expect(page.getByRole('region', { name: 'Auto-recharge' })).toContainText('Only an owner can change it.')
    },
    renewal: null,
    helps: async (desk) => {
      await section(desk, 'Credit')
      const form = desk.getByRole('region', { name: 'Trust tier' })
      await form.getByLabel('At least').selectOption('Tier 2')
      await form.getByLabel('Reason').fill('Known for years')
      await form.getByRole('button', { name: 'Set the tier' }).click()
      await expect(desk.getByText('The tier is set.')).toBeVisible()
    },
    tells: /Known for years/,
  },
  {
    product: 'screenshots',
    plan: 'growth',
    meter: 'screenshots',
    manages: async (page, { slug }) => {
      await page.goto(`/${slug}/plan`)
      await page.getByRole('button', { name: 'Downgrade to Basic' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Downgrade to Basic' }).click()
      await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Basic')
    },
    refused: async (page, { slug }) => {
      await page.goto(`/${slug}/spending`)
      await expect(page.getByRole('region', { name: 'Hard limit' })).toContainText('Only an owner can change it.')
    },
    renewal: '$79.00',
    helps: async (desk, { slug, subscription }, api) => {
      const useCase = `Previews for ${slug}`
      const asked = await api.call('POST', `/subscriptions/${subscription}/limit_requests`, { hard_limit: 250_000, use_case: useCase })
      expect(asked.status, JSON.stringify(asked.body)).toBe(201)
      await desk.goto('/operator/requests')
      const request = desk.getByRole('listitem').filter({ hasText: useCase })
      await request.getByLabel('Decision').selectOption('Approve')
      await request.getByLabel('Reason').fill('Pays in time')
      await request.getByRole('button', { name: 'Send the decision' }).click()
      await expect(request).toBeHidden()
    },
    tells: /Pays in time/,
  },
  {
    product: 'team-seats',
    plan: 'basic',
    meter: null,
    manages: async (page, { slug }) => {
      await page.goto(`/${slug}/team`)
      await page.getByRole('button', { name: 'Invite someone' }).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog).toContainText('$12.00')
      await dialog.getByLabel('Email').fill(`colleague-${slug}@people.example`)
      await dialog.getByRole('button', { name: 'Send invitation' }).click()
      await expect(page.getByText(`colleague-${slug}@people.example`).first()).toBeVisible()
    },
    renewal: '$12.00',
    helps: async (desk, { id }, api) => {
      const bill = await api.call('POST', `/organizations/${id}/pro_forma`, { product: 'api-calls', plan: 'basic' })
      expect(bill.status, JSON.stringify(bill.body)).toBe(201)
      const { number } = bill.body.invoice as { number: string }
      await desk.goto('/operator/requests')
      const transfer = desk.getByRole('listitem').filter({ hasText: number })
      await transfer.getByLabel('Reference of the transfer').fill('2026-0077')
      await transfer.getByRole('button', { name: /^Mark .* as paid$/ }).click()
      await expect(transfer).toBeHidden()
    },
    tells: /API calls/,
  },
]

async function join(api: Api, { id }: Customer, { email }: Person, role: string): Promise<void> {
  const added = await api.call('POST', `/organizations/${id}/members`, { email, role, invite: false })
  expect(added.status, JSON.stringify(added.body)).toBe(201)
}

/** One of each for all stories: they belong to many organizations, as people do. */
const people = new Map<string, Promise<Person>>()
function the(role: string, newPerson: (name: string) => Promise<Person>): Promise<Person> {
  const known = people.get(role) ?? newPerson(role)
  people.set(role, known)
  return known
}

for (const { product, plan, meter, manages, refused, renewal, helps, tells } of sampled(STORIES)) {
  test(`${product}: an admin manages it`, async ({ newCustomer, newPerson, api }) => {
    const [customer, admin] = [await newCustomer({ product, plan }), await the('admin', newPerson)]
    await join(api, customer, admin, 'admin')
    await refused?.(admin.page, customer)
    await manages(admin.page, customer)
    await admin.page.goto(`/${customer.slug}/activity`)
    await expect(admin.page.getByRole('main')).toContainText(admin.email.split('@')[0] ?? '')
  })

  test(`${product}: a billing manager keeps the billing details, settles what the card refused, and changes no plan`, async ({
    newCustomer,
    newPerson,
    api,
  }) => {
    const [customer, billing] = [await newCustomer({ product, plan }), await the('billing', newPerson)]
    await join(api, customer, billing, 'billing')
    const { page } = billing
    await page.goto(`/${customer.slug}/plan`)
    await expect(page.getByText('Only an owner or an admin can change the plan.').first()).toBeVisible()
    await page.goto(`/${customer.slug}/payment`)
    await expect(page.getByRole('region', { name: 'Card on file' })).toContainText('Visa ending in 4242')
    await page.getByLabel('Tax id').fill('DE136695976')
    await page.getByRole('button', { name: 'Save billing details' }).click()
    await expect(page.getByText(/saved/i).first()).toBeVisible()
    await page.reload()
    await expect(page.getByLabel('Tax id')).toHaveValue('DE136695976')
    await page.goto(`/${customer.slug}/invoices`)
    await expect(page.getByRole('heading', { name: 'Invoices' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Developers' })).toBeVisible()

    if (!renewal) return
    expect((await api.call('PUT', `/organizations/${customer.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })).status).toBe(200)
    await customer.advance(DAYS_TO_RENEWAL)
    await page.goto(`/${customer.slug}/payment`)
    await page.getByRole('button', { name: `Save card and pay ${renewal}` }).click()
    await page.getByRole('button', { name: /4242/ }).first().click()
    await page.waitForURL((at) => !at.pathname.startsWith('/sandbox/'))
    await expect(page.getByRole('region', { name: 'Card on file' })).toContainText('Visa ending in 4242')
    await page.goto(`/${customer.slug}/invoices`)
    await expect(page.getByRole('row', { name: new RegExp(`Plan.*Paid.*\\${renewal}`) })).not.toHaveCount(0)
    await expect(page.getByRole('row', { name: /Open/ })).toHaveCount(0)
  })

  test(`${product}: an operator finds the customer and helps, and the customer reads it`, async ({ browser, demo, newCustomer, page, api }) => {
    const customer = await newCustomer({ product, plan })
    const desk = await sitDown(browser, demo.url, operatorOf(demo))
    await desk.getByRole('searchbox', { name: 'Search' }).fill(customer.slug)
    await desk.getByRole('button', { name: 'Search' }).click()
    await desk.getByRole('row').getByRole('link').first().click()
    await expect(desk.getByRole('navigation', { name: 'Sections of this organization' })).toBeVisible()
    await helps(desk, customer, api)
    await page.goto(`/${customer.slug}/activity`)
    await expect(page.getByRole('main').getByText(tells).first()).toBeVisible()
    await expect(page.getByRole('listitem').getByText('Support').first()).toBeVisible()
    await desk.context().close()
  })

  test(`${product}: a member sees what is used, and is told who can do the rest`, async ({ newCustomer, newPerson, api }) => {
    const [customer, member] = [await newCustomer({ product, plan }), await the('member', newPerson)]
    await join(api, customer, member, 'member')
    const { page } = member
    if (meter) {
      await customer.use(700, meter)
      await page.goto(`/${customer.slug}/usage`)
      await expect(page.getByText('700', { exact: true }).first()).toBeVisible()
    }
    await page.goto(`/${customer.slug}/plan`)
    await expect(page.getByText('Only an owner or an admin can change the plan.').first()).toBeVisible()
    await page.goto(`/${customer.slug}/invoices`)
    await expect(page.getByText('Only owners, admins and billing managers see invoices.')).toBeVisible()
    await page.goto(`/${customer.slug}/payment`)
    await expect(page.getByText('Only owners, admins and billing managers see payment details.')).toBeVisible()
    await page.goto(`/${customer.slug}/team`)
    await expect(page.getByRole('button', { name: 'Invite someone' })).toHaveAttribute('aria-disabled', 'true')
  })
}
