import { Webhook } from 'standardwebhooks'
import { openReceiver, type Receiver } from '@/lib/webhooks/testing/receiver'
import { expect, test } from './fixtures'

let receiver: Receiver
test.beforeAll(async () => {
  receiver = await openReceiver()
})
test.afterAll(() => receiver.close())
test.beforeEach(() => receiver.reset())

test('a key is shown once, reads this organization and nothing else, and is revoked', async ({ page, newCustomer, api }) => {
  const [customer, other] = [await newCustomer(), await newCustomer()]
  await page.goto(`/${customer.slug}/developers`)
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Finance export')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  const key = await page.getByRole('status', { name: 'API key' }).innerText()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('row', { name: /Finance export.*Never/ })).toBeVisible()
  expect(await page.content()).not.toContain(key)

  const ask = async (method: string, path: string) =>
    (await fetch(`${api.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } })).status
  expect(await ask('GET', `/organizations/${customer.id}/entitlements`)).toBe(200)
  expect(await ask('GET', `/organizations/${other.id}/entitlements`)).toBe(404)
  expect(await ask('DELETE', `/organizations/${customer.id}`)).toBe(403)
  await page.reload()
  await expect(page.getByRole('row', { name: /Finance export/ })).not.toContainText('Never')

  await page.getByRole('button', { name: 'Revoke Finance export' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
  await expect(page.getByText('No keys yet')).toBeVisible()
  expect(await ask('GET', `/organizations/${customer.id}/entitlements`)).toBe(401)
})

test('an endpoint is told what happens, signed; what it missed is sent again; its secret is changed', async ({ page, newCustomer, api }) => {
  const customer = await newCustomer()
  await page.goto(`/${customer.slug}/developers`)
  await page.getByRole('button', { name: 'Add endpoint' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill('ftp://example.com/hooks')
  await dialog.getByRole('button', { name: 'Add endpoint' }).click()
  await expect(dialog.getByText('The address must begin with https://.')).toBeVisible()
  await dialog.getByLabel('Address').fill(receiver.url)
  await dialog.getByRole('radio', { name: 'Chosen events' }).check()
  await dialog.getByRole('checkbox', { name: 'member.added' }).check()
  await dialog.getByRole('button', { name: 'Add endpoint' }).click()
  const secret = await page.getByRole('status', { name: 'Signing secret' }).innerText()
  await page.getByRole('button', { name: 'I have stored it' }).click()

  receiver.answer = () => ({ status: 500, body: 'the database is down' })
  const added = await api.call('POST', `/organizations/${customer.id}/members`, { email: `mika-${customer.slug}@example.com`, role: 'member' })
  expect(added.status).toBe(201)
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBeGreaterThan(0)
  await page.getByRole('link', { name: receiver.url }).click()
  await page.getByRole('link', { name: 'member.added' }).click()
  await expect(page.getByText('Waiting for the next try')).toBeVisible()
  await expect(page.getByText('the database is down')).toBeVisible()

  receiver.reset()
  await page.getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText('Delivered')).toBeVisible({ timeout: 20_000 })
  const got = receiver.received.at(-1)
  expect(new Webhook(secret).verify(got?.body ?? '', got?.headers ?? {})).toMatchObject({ type: 'member.added', organization: customer.id, data: added.body })

  await page.getByRole('link', { name: receiver.url }).click()
  await page.getByRole('button', { name: 'Change secret' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Change secret' }).click()
  const next = await page.getByRole('status', { name: 'Signing secret' }).innerText()
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await page.getByRole('button', { name: 'Send test event' }).click()
  const testEvent = () => receiver.received.find(({ body }) => body.includes('webhook_endpoint.test'))
  await expect.poll(testEvent, { timeout: 20_000 }).toBeDefined()
  const signed = testEvent()
  for (const one of [secret, next]) expect(new Webhook(one).verify(signed?.body ?? '', signed?.headers ?? {})).toMatchObject({ type: 'webhook_endpoint.test' })

  await page.goto(`/${customer.slug}/activity?kind=developers`)
  await expect(page.getByText(`Changed the signing secret of the webhook endpoint ${receiver.url}`)).toBeVisible()
})

test('a member sees the API reference, and who manages keys and endpoints', async ({ newCustomer, newPerson, api }) => {
  const customer = await newCustomer()
  const member = await newPerson('member')
  await api.call('POST', `/organizations/${customer.id}/members`, { email: member.email, role: 'member', invite: false })
  await member.page.goto(`/${customer.slug}/developers`)
  await expect(member.page.getByText('Only an owner or an admin sees and creates keys.')).toBeVisible()
  await expect(member.page.getByRole('button', { name: 'Add endpoint' })).toHaveAttribute('aria-disabled', 'true')
  await expect(member.page.getByRole('link', { name: 'Open the API reference' })).toBeVisible()
})
