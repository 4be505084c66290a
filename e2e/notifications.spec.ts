import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'

/** Slack, as the tests' own machine answers it (`product.ts`). */
const slackUrl = () => process.env.HEADROOM_E2E_SLACK_URL ?? ''

async function connectSlack(page: Page, name: string, url: string) {
  await page.getByRole('button', { name: 'Connect a chat' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect a chat' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Incoming webhook URL').fill(url)
  await dialog.getByRole('button', { name: 'Connect and send a test' }).click()
  return dialog
}

test('Slack is connected, a test arrives, and what happens to the plan is posted and stands in the log', async ({ page, newCustomer, api }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/notifications`)
  await expect(page.getByText('No chat is connected')).toBeVisible()

  const dialog = await connectSlack(page, 'Billing room', slackUrl())
  await expect(dialog).toBeHidden()
  const chats = page.getByRole('region', { name: 'Chats' })
  await expect(chats).toContainText('Billing room')
  await expect(chats).toContainText('Active')
  await expect(page.getByText(new URL(slackUrl()).pathname)).toHaveCount(0) // Never shown again.
  const log = page.getByRole('table', { name: 'Deliveries' })
  await expect(log.getByRole('row', { name: /Test.*Billing room.*Sent/ })).toHaveCount(1)

  const canceled = await api.call('POST', `/subscriptions/${customer.subscription}/cancel`)
  expect(canceled.status).toBe(200)
  const posted = log.getByRole('row', { name: /Plan canceled.*Billing room.*Sent/ })
  await expect(async () => {
    await page.reload()
    await expect(posted).toHaveCount(1, { timeout: 1_000 })
  }).toPass({ timeout: 20_000 })
})

test('an address that Slack does not know is told in its words, and one that is not Slack’s is refused in place', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'free' })
  await page.goto(`/${customer.slug}/notifications`)
  const dialog = await connectSlack(page, 'Lost room', 'https://example.com/services/T/B/x')
  await expect(dialog.getByText(/This is not an address of Slack/)).toBeVisible()
  await dialog.getByLabel('Incoming webhook URL').fill(slackUrl().replace('/services/', '/gone/'))
  await dialog.getByRole('button', { name: 'Connect and send a test' }).click()
  await expect(dialog.getByText('Slack takes no more messages under this address (404 no_service). Connect the chat anew.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('row', { name: /Test.*Lost room.*Failed/ })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Connect a chat' })).toBeFocused()
})

test('by keyboard alone, a chat is paused, resumed and removed', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'free' })
  await page.goto(`/${customer.slug}/notifications`)
  await expect(await connectSlack(page, 'Quiet room', slackUrl())).toBeHidden()
  const chats = page.getByRole('region', { name: 'Chats' })
  await chats.getByRole('button', { name: 'Pause Quiet room' }).focus()
  await page.keyboard.press('Enter')
  await expect(chats).toContainText('Paused')
  await chats.getByRole('button', { name: 'Resume Quiet room' }).focus()
  await page.keyboard.press('Enter')
  await expect(chats).toContainText('Active')
  await chats.getByRole('button', { name: 'Remove Quiet room' }).focus()
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Remove Quiet room?' })
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText('No chat is connected')).toBeVisible()
})

test('a billing manager sees where messages go, changes only what they get, and a member is told who can', async ({ page, newCustomer, newPerson, api }) => {
  const customer = await newCustomer({ plan: 'free' })
  const billing = await newPerson('billing')
  const added = await api.call('POST', `/organizations/${customer.id}/members`, { email: billing.email, role: 'billing', invite: false })
  expect(added.status, JSON.stringify(added.body)).toBe(201)
  await billing.page.goto(`/${customer.slug}/notifications`)
  await expect(billing.page.getByRole('button', { name: 'Connect a chat' })).toHaveAttribute('aria-disabled', 'true')
  await expect(billing.page.getByText('Owners and admins see what was sent to whom.')).toBeVisible()
  const own = billing.page.getByRole('region', { name: 'Your own mail' }).getByRole('switch', { name: 'Bought credit' })
  await own.click()
  await expect(billing.page.getByText('Saved.')).toBeVisible()
  await billing.page.reload()
  await expect(own).not.toBeChecked()
  await page.goto(`/${customer.slug}/notifications`)
  await expect(page.getByRole('region', { name: 'Your own mail' }).getByRole('switch', { name: 'Bought credit' })).toBeChecked()
})
