import { expect, test } from './fixtures'

test.describe('changing plan', () => {
  test('A6: after 10 completed days Basic → Pro shows and charges $13.33, once, however often it is pressed', async ({ page, newCustomer, api }) => {
    const customer = await newCustomer({ plan: 'basic' })
    await customer.advance(10)
    await page.goto(`/${customer.slug}/plan`)
    await page.getByRole('button', { name: 'Upgrade to Pro' }).click()

    const dialog = page.getByRole('dialog', { name: 'Change from Basic to Pro' })
    await expect(dialog).toContainText('−$6.67')
    await expect(dialog).toContainText('$20.00')
    await dialog.getByRole('button', { name: 'Pay $13.33 and upgrade' }).dblclick()
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')

    await page.getByRole('link', { name: 'Invoices' }).first().click()
    await expect(page.getByRole('row', { name: /Change of plan.*Paid.*\$13\.33/ })).toHaveCount(1)
    await page
      .getByRole('row', { name: /Change of plan/ })
      .getByRole('link', { name: /^INV-/ })
      .click()
    await page.getByText('−$6.67').first().click()
    await expect(page.getByText('Rule A6').first()).toBeVisible()

    const invoices = await api.call('GET', `/organizations/${customer.id}/invoices`)
    expect((invoices.body.data as unknown[]).length).toBe(2)
  })

  test('A7b: Pro → Basic with 5,000 calls after 4 days is refused with 4,400 and the day it will fit; after 14 it is credited; a second is refused', async ({
    page,
    newCustomer,
  }) => {
    const customer = await newCustomer({ plan: 'pro' })
    await customer.use(5_000)
    await customer.advance(4)
    await page.goto(`/${customer.slug}/plan`)
    const reason = page.getByText(/You have used 5,000 calls; with 4 days of this cycle completed, Basic allows 4,400\. From May 6, 2026/)
    await expect(reason).toBeVisible()
    await expect(page.getByRole('button', { name: 'Downgrade to Basic' })).toHaveAttribute('aria-disabled', 'true')

    await customer.advance(10)
    await page.reload()
    await page.getByRole('button', { name: 'Downgrade to Basic' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change from Pro to Basic' })
    await expect(dialog).toContainText('$10.67')
    await dialog.getByRole('button', { name: 'Downgrade to Basic' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('You have downgraded once in this cycle.')).toBeVisible()

    await page.goto(`/${customer.slug}/invoices`)
    await expect(page.getByRole('row', { name: /CN-.*Credited.*−\$10\.67/ })).toBeVisible()
    await customer.advance(16)
    await page.reload()
    await page
      .getByRole('row', { name: /Plan.*Paid.*\$10\.00/ })
      .getByRole('link', { name: /^INV-/ })
      .click()
    await expect(page.getByText('Credit applied')).toBeVisible()
  })

  test('A10: a declined card leaves the plan; a new card, and the upgrade succeeds', async ({ page, newCustomer }) => {
    const customer = await newCustomer({ plan: 'free', card: 'pm_card_chargeCustomerFail' })
    await page.goto(`/${customer.slug}/plan`)
    await page.getByRole('button', { name: 'Upgrade to Basic' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Pay $10.00 and upgrade' }).click()
    await expect(dialog.getByRole('alert')).toContainText('Your plan has not changed and nothing was charged')
    await dialog.getByRole('link', { name: 'Update payment method' }).click()

    await page.getByRole('button', { name: 'Update payment method' }).click()
    await enterCard(page, '4242')
    await expect(page.getByText('Your card was saved.')).toBeVisible()
    await page.goto(`/${customer.slug}/plan`)
    await page.getByRole('button', { name: 'Upgrade to Basic' }).click()
    await page.getByRole('button', { name: 'Pay $10.00 and upgrade' }).click()
    await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Basic')
  })

  test('G79: the bank asks to confirm; nothing changes before, and the plan changes after', async ({ page, newCustomer }) => {
    const customer = await newCustomer({ plan: 'free', card: 'pm_card_authenticationRequired' })
    await page.goto(`/${customer.slug}/plan`)
    await page.getByRole('button', { name: 'Upgrade to Basic' }).click()
    await page.getByRole('button', { name: 'Pay $10.00 and upgrade' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('alert')).toContainText('Nothing changes until you do')
    await dialog.getByRole('link', { name: 'Confirm at your bank' }).click()
    await page.getByRole('button', { name: 'Approve' }).click()
    await expect(page.getByText('Your payment was confirmed.')).toBeVisible()
    await page.goto(`/${customer.slug}/plan`)
    await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Basic')
  })
})

test('free to Basic with a card, from the first click', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'free', card: null })
  await page.goto(`/${customer.slug}/plan`)
  await page.getByRole('listitem').filter({ hasText: 'Basic' }).getByRole('link', { name: 'Add a card' }).click()
  await page.getByRole('button', { name: 'Add a card' }).click()
  await enterCard(page, '4242')
  const dialog = page.getByRole('dialog', { name: 'Change from Free to Basic' })
  await dialog.getByRole('button', { name: 'Pay $10.00 and upgrade' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Basic')
})

/** On the hosted card page, each test card is one press. */
async function enterCard(page: import('@playwright/test').Page, last4: string): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(last4) })
    .first()
    .click()
  await page.waitForURL((at) => !at.pathname.startsWith('/sandbox/'))
}
