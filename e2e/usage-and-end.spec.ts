import { expect, openMail, test } from './fixtures'

test('A5: 80 % and 100 % are seen on the page and received as mail', async ({ page, newCustomer, owner, api }) => {
  const customer = await newCustomer({ plan: 'free', card: null })
  await customer.use(800)
  await page.goto(`/${customer.slug}`)
  await expect(page.getByText('API calls: 80% used')).toBeVisible()
  const mail = await openMail(await owner.context.newPage(), api.url, owner.email, /80/)
  await expect(mail.getByText(/800/).first()).toBeVisible()

  await customer.use(200)
  await page.reload()
  await expect(page.getByText('The limit of API calls is reached')).toBeVisible()
  await expect(page.getByRole('progressbar').first()).toHaveAttribute('aria-valuetext', /1,000/)
  const blocked = await api.call('POST', '/consume', { id: `story-${customer.id}`, organization: customer.id, meter: 'calls' })
  expect(blocked.body).toMatchObject({ allowed: false, reason: 'limit_reached', used: 1000, limit: 1000, remaining: 0 })
  await openMail(await owner.context.newPage(), api.url, owner.email, /100|limit/)
})

test('A3: 10,000 calls over on Enterprise are $5.00 on the renewal', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'enterprise' })
  await customer.use(1_010_000)
  await page.goto(`/${customer.slug}`)
  await expect(page.getByText('$5.00').first()).toBeVisible()
  await customer.advance(30)
  await page.goto(`/${customer.slug}/invoices`)
  await page
    .getByRole('row', { name: /Plan.*Paid.*\$105\.00/ })
    .getByRole('link', { name: /^INV-/ })
    .click()
  await page.getByText('10,000 calls over the limit of 1,000,000').click()
  await expect(page.getByText('Rule A3')).toBeVisible()
  await page.goto(`/${customer.slug}/usage`)
  await expect(page.getByText('$5.00').first()).toBeVisible()
})

test('A8, A9: cancel, the change is disabled with its reason, reactivate, cancel again, and end on free', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/plan`)
  await cancel(page)
  await expect(page.getByText('Reactivate it first; then the plan can be changed.').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Upgrade to Pro' })).toHaveAttribute('aria-disabled', 'true')

  await page.getByRole('button', { name: 'Reactivate' }).click()
  await expect(page.getByRole('button', { name: 'Upgrade to Pro' })).not.toHaveAttribute('aria-disabled', 'true')
  await cancel(page)
  await customer.advance(30)
  await page.reload()
  await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Free')
})

async function cancel(page: import('@playwright/test').Page): Promise<void> {
  await page.getByRole('button', { name: 'Cancel subscription' }).click()
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Cancel on/ })
    .click()
  await expect(page.getByRole('button', { name: 'Reactivate' })).toBeVisible()
}
