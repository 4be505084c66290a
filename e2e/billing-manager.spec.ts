import { readFileSync } from 'node:fs'
import { readBack } from '@/lib/printing/testing/read-back'
import { acceptInvitation, expect, openMail, test } from './fixtures'

test('a billing manager finds an invoice, opens a line, takes it home as PDF and CSV, and the next invoice says who pays', async ({
  newCustomer,
  browser,
  api,
  page,
}) => {
  const customer = await newCustomer({ plan: 'basic' })
  await customer.advance(10)
  await page.goto(`/${customer.slug}/plan`)
  await page.getByRole('button', { name: 'Upgrade to Pro' }).click()
  await page.getByRole('button', { name: 'Pay $13.33 and upgrade' }).click()
  await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')

  const email = `bills-${customer.slug}@people.example`
  await api.call('POST', `/organizations/${customer.id}/members`, { email, role: 'billing' })
  const context = await browser.newContext({ baseURL: api.url })
  const billing = await context.newPage()
  await acceptInvitation(billing, api.url, email, 'a long sentence to sign in with')

  await billing.goto(`/${customer.slug}/invoices`)
  await billing.getByLabel('For').selectOption('Change of plan')
  await expect(billing).toHaveURL(/kind=change/)
  const rows = billing.getByRole('row').filter({ has: billing.getByRole('link', { name: /^INV-/ }) })
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('$13.33')
  const csv = billing.waitForEvent('download')
  await billing.getByRole('link', { name: 'Download CSV' }).click()
  const table = readFileSync(await (await csv).path(), 'utf8')
  expect(table).toContain('Unused time on Basic: 20 of 30 days')
  expect(table).toContain('-6.67')
  expect(table).not.toContain('a period in advance')

  await rows.getByRole('link', { name: /^INV-/ }).click()
  await expect(billing.getByText('Paid on May 11, 2026 with Visa ending in 4242.')).toBeVisible()
  await billing.getByText('Pro for the rest of the period').click()
  await expect(billing.getByText('$30.00 × 20 / 30 = $20.00')).toBeVisible()
  await expect(billing.getByText('Rule A6').last()).toBeVisible()
  const pdf = billing.waitForEvent('download')
  await billing.getByRole('link', { name: 'Download PDF' }).click()
  const printed = (await readBack(readFileSync(await (await pdf).path()))).join('\n')
  for (const words of ['Invoice', 'Unused time on Basic: 20 of 30 days', '−$6.67', '$20.00', '$13.33', 'Visa ending in 4242']) expect(printed).toContain(words)

  await billing.goto(`/${customer.slug}/payment`)
  await billing.getByLabel('Name').fill('شركة الأفق للتقنية')
  await billing.getByLabel('Address', { exact: true }).fill('Hauptstraße 1\n10115 Berlin')
  await billing.getByLabel('Country').selectOption('Germany')
  await billing.getByLabel('Tax id').fill('DE136695976')
  await billing.getByLabel('Language of documents').selectOption('Deutsch')
  await billing.getByRole('button', { name: 'Add an address' }).click()
  await billing.getByRole('textbox', { name: 'Address 1' }).fill('not an address')
  await billing.getByRole('button', { name: 'Save billing details' }).click()
  await expect(billing.getByText('Enter an address like name@company.com.')).toBeVisible()
  const accounting = `accounting-${customer.slug}@people.example`
  await billing.getByRole('textbox', { name: 'Address 1' }).fill(accounting)
  await billing.getByRole('button', { name: 'Save billing details' }).click()
  await expect(billing.getByText('Billing details were saved.')).toBeVisible()

  await customer.advance(20)
  await billing.goto(`/${customer.slug}/invoices`)
  await billing
    .getByRole('row', { name: /May 31, 2026.*Plan/ })
    .getByRole('link', { name: /^INV-/ })
    .click()
  await expect(billing.getByText('شركة الأفق للتقنية')).toBeVisible()
  await expect(billing.getByText('Tax id DE136695976')).toBeVisible()
  const german = billing.waitForEvent('download')
  await billing.getByRole('link', { name: 'Download PDF' }).click()
  const rechnung = (await readBack(readFileSync(await (await german).path()))).join('\n')
  for (const words of ['Rechnung', 'شركة الأفق للتقنية', 'Deutschland', 'DE136695976', 'Pro, ein Zeitraum im Voraus']) expect(rechnung).toContain(words)
  // Accounting is nobody's account: it is written to in the organization's language.
  await openMail(billing, api.url, accounting, /bezahlt|Zahlungsbeleg/)
  await context.close()
})

test('a member sees no invoices and gets no file of them; a stranger finds none', async ({ newCustomer, newPerson, browser, api }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const [invoice] = (await api.call('GET', `/organizations/${customer.id}/invoices`)).body.data as { id: string }[]
  const email = `member-${customer.slug}@people.example`
  await api.call('POST', `/organizations/${customer.id}/members`, { email, role: 'member' })
  const context = await browser.newContext({ baseURL: api.url })
  const member = await context.newPage()
  await acceptInvitation(member, api.url, email, 'a long sentence to sign in with')
  await member.goto(`/${customer.slug}/invoices`)
  await expect(member.getByText('Only owners, admins and billing managers see invoices.')).toBeVisible()
  const stranger = await newPerson('stranger')
  for (const path of ['export', `${invoice?.id}/pdf`]) {
    for (const person of [member, stranger.page]) {
      expect((await person.request.get(`/${customer.slug}/invoices/${path}`)).status(), path).toBe(404)
    }
  }
  await context.close()
})
