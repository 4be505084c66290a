import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { APIRequestContext } from '@playwright/test'
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

/** Whatever can be asked for below an organization's address, as the files say: a page that is added is asked for too. */
const PLACES = globSync('app/*/**/{page.tsx,route.ts}')
  .filter((file) => file.startsWith('app/[org]/'))
  .map((file) => ({ place: dirname(file).slice('app/[org]'.length), method: readFileSync(file, 'utf8').includes('function POST(') ? 'POST' : 'GET' }))
/** There is no endpoint yet for their owners either. */
const OF_ENDPOINTS = '/developers/webhooks/'

test('a member of another organization gets nothing', async ({ page, newCustomer, newPerson, api }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const invoices = await api.call('GET', `/organizations/${customer.id}/invoices`)
  const [invoice] = invoices.body.data as { id: string }[]
  const names: Record<string, string> = { product: 'api-calls', invoice: String(invoice?.id), endpoint: 'whk_none', delivery: 'del_none' }
  const stranger = await newPerson('stranger')
  expect(PLACES.length).toBeGreaterThan(20)
  for (const { place, method } of PLACES) {
    const path = `/${customer.slug}${place.replaceAll(/\[(\w+)\]/g, (_, name: string) => names[name] ?? '')}?meter=calls`
    const statusFor = async ({ request }: { request: APIRequestContext }) => (await request.fetch(path, { method, maxRedirects: 0 })).status()
    expect(await statusFor(stranger.context), path).toBe(404)
    if (!place.startsWith(OF_ENDPOINTS)) expect(await statusFor(page), `${path}, for its owner`).toBeLessThan(400)
  }
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
