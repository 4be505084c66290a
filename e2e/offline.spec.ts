import { expect, test } from './fixtures'

test('without a network the page says so, a payment is not kept for later, and afterwards it is made once', async ({ newPerson, newCustomer, api }) => {
  const person = await newPerson('offline')
  const customer = await newCustomer({ plan: 'basic', by: person })
  const { page, context } = person
  const invoices = async () => ((await api.call('GET', `/organizations/${customer.id}/invoices`)).body.data as unknown[]).length
  await page.setViewportSize({ width: 320, height: 640 })
  await page.goto(`/${customer.slug}/plan`)
  await page.getByRole('button', { name: 'Upgrade to Pro' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change from Basic to Pro' })
  const pay = dialog.getByRole('button', { name: /^Pay .* and upgrade$/ })
  await expect(pay).toBeVisible()

  await context.setOffline(true)
  await expect(page.getByText('You are offline')).toBeAttached()
  await pay.click()
  const alert = dialog.getByRole('alert')
  await expect(alert).toContainText('We could not reach billing. You have not been charged twice; try again.')
  const [told, buttons] = [await alert.boundingBox(), await dialog.locator('footer').boundingBox()]
  expect((told?.y ?? 0) + (told?.height ?? 0), 'it is read above the buttons').toBeLessThanOrEqual(buttons?.y ?? 0)
  await context.setOffline(false)
  await expect(page.getByText('You are offline')).toHaveCount(0)
  expect(await invoices(), 'nothing was kept for later').toBe(1)
  await pay.click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')
  expect(await invoices()).toBe(2)

  await page.goto(`/${customer.slug}/team`)
  await page.getByRole('button', { name: 'Invite someone' }).click()
  const invitation = page.getByRole('dialog', { name: 'Invite someone' })
  await invitation.getByLabel('Email').fill(`late-${customer.slug}@people.example`)
  await context.setOffline(true)
  await invitation.getByRole('button', { name: 'Send invitation' }).click()
  await expect(invitation.getByRole('alert')).toContainText('We could not reach the server')
  await context.setOffline(false)
  await invitation.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByText(`late-${customer.slug}@people.example`).first()).toBeVisible()
})
