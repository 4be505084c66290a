import { acceptInvitation, expect, test } from './fixtures'

test('a billing manager is invited by mail, sees invoices, and cannot change the plan', async ({ page, newCustomer, browser, api }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const email = `billing-${customer.slug}@people.example`
  await page.goto(`/${customer.slug}/team`)
  await page.getByRole('button', { name: 'Invite someone' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite someone' })
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByRole('radio', { name: /Billing manager/ }).check()
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByText(email).first()).toBeVisible()

  const context = await browser.newContext({ baseURL: api.url })
  const billing = await context.newPage()
  await acceptInvitation(billing, api.url, email, 'a long sentence for billing')
  await billing.goto(`/${customer.slug}/invoices`)
  await expect(billing.getByRole('row', { name: /Paid.*\$10\.00/ })).toBeVisible()
  await billing.goto(`/${customer.slug}/plan`)
  await expect(billing.getByRole('button', { name: 'Upgrade to Pro' })).toHaveAttribute('aria-disabled', 'true')
  await expect(billing.getByText('Only an owner or an admin can change the plan.').first()).toBeVisible()
  await context.close()
})

test('a member of another organization gets nothing', async ({ newCustomer, newPerson, api }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const stranger = await newPerson('stranger')
  for (const path of ['', '/plan', '/usage', '/invoices', '/payment', '/team', '/activity', '/api-calls/plan', '/api-calls/usage', '/api-calls/usage/export']) {
    const answer = await stranger.context.request.get(`/${customer.slug}${path}`, { maxRedirects: 0 })
    expect(answer.status(), path).toBe(404)
  }
  const invoices = await api.call('GET', `/organizations/${customer.id}/invoices`)
  const [invoice] = invoices.body.data as { id: string }[]
  expect((await stranger.context.request.get(`/${customer.slug}/invoices/${invoice?.id}`)).status()).toBe(404)
})

test('signing in: a wrong password is refused in words, the right one leads in, signing out leads out', async ({ owner, browser, api }) => {
  const context = await browser.newContext({ baseURL: api.url })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Email and password do not belong together.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await context.close()
})
