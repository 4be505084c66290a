import { acceptInvitation, expect, openMail, test } from './fixtures'

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
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Email and password do not belong together.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await context.close()
})

test('a forgotten password is replaced by a link in a mail, once, and ends the other session', async ({ newPerson, browser, api }) => {
  const person = await newPerson('forgetful')
  const context = await browser.newContext({ baseURL: api.url })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgotten your password?' }).click()
  await expect(page.getByRole('heading', { name: 'A new password' })).toBeVisible() // The page before it has an Email of its own.
  await page.getByLabel('Email').fill(person.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByText(`If ${person.email} has an account, a link is on its way.`)).toBeVisible()

  const mail = await openMail(page, api.url, person.email, /choose a new password/i)
  const link = (await mail.getByRole('link', { name: 'Choose a new password' }).first().getAttribute('href')) ?? ''
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('a quite different sentence')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()

  await person.page.reload()
  await expect(person.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goto(link)
  await expect(page.getByText('This link has ended')).toBeVisible()
  await context.close()
})

test('a password is changed by whoever knows it, and an organization is closed by its owner who types its name', async ({ newPerson, browser, api }) => {
  const person = await newPerson('settled')
  const { page } = person
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await page.getByLabel('Current password').fill('not the password')
  await page.getByLabel('New password', { exact: true }).fill('a quite different sentence')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('This is not your current password.')).toBeVisible()
  await page.getByLabel('Current password').fill(person.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password was changed.')).toBeVisible()

  await page.getByRole('button', { name: 'Close organization' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('textbox').fill('another name')
  await dialog.getByRole('button', { name: 'Close for good' }).click()
  await expect(dialog.getByText('This is not its name.')).toBeVisible()
  await dialog.getByRole('textbox').fill('settled at home')
  await dialog.getByRole('button', { name: 'Close for good' }).click()
  await expect(page.getByRole('heading', { name: 'No organization yet' })).toBeVisible()

  const context = await browser.newContext({ baseURL: api.url })
  const elsewhere = await context.newPage()
  await elsewhere.goto('/sign-in')
  await elsewhere.getByLabel('Email').fill(person.email)
  await elsewhere.getByLabel('Password', { exact: true }).fill('a quite different sentence')
  await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(elsewhere.getByRole('heading', { name: 'No organization yet' })).toBeVisible()
  await context.close()
})
