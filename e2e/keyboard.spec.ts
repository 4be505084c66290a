import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures'

/** Goes on with Tab as a person does, and sees where the focus is. Two hundred stops are more than any page has. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor()
  for (let stop = 0; stop < 200; stop++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const drawn = await wanted.evaluate((element) => {
        // A radio or a checkbox shows its focus on what is drawn around it.
        const near = [element, element.parentElement, element.closest('label')].filter((one) => one !== null)
        return near.some((one) => {
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
          return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
        })
      })
      expect(drawn, 'the focus is seen').toBe(true)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab never got there')
}

const press = async (page: Page, wanted: Locator, key = 'Enter') => {
  await tabTo(page, wanted)
  await page.keyboard.press(key)
}

test('signing in, past the menu to the content, and by the menu to another page', async ({ browser, owner, api, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const context = await browser.newContext({ baseURL: api.url })
  const page = await context.newPage()
  await page.goto(`/sign-in?next=/${customer.slug}`)
  await tabTo(page, page.getByLabel('Email'))
  await page.keyboard.type(owner.email)
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(owner.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.reload()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await page.reload()
  await press(page, page.getByRole('link', { name: 'Invoices' }).first())
  await expect(page.getByRole('heading', { name: 'Invoices' })).toBeVisible()
  await context.close()
})

test('an upgrade: the dialog takes the focus, gives it back when it is left, and pays', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/plan`)
  const upgrade = page.getByRole('button', { name: 'Upgrade to Pro' })
  const dialog = page.getByRole('dialog', { name: 'Change from Basic to Pro' })
  await press(page, upgrade)
  await expect(dialog.getByRole('button', { name: /^Pay .* and upgrade$/ })).toBeVisible()
  expect(await dialog.evaluate((element) => element.contains(document.activeElement)), 'the focus is in the dialog').toBe(true)
  await page.keyboard.press('Escape')
  await expect(upgrade).toBeFocused()
  await page.keyboard.press('Enter')
  await press(page, dialog.locator('summary').first())
  await expect(dialog.getByText('Rule A6').first()).toBeVisible()
  await press(page, dialog.getByRole('button', { name: /^Pay .* and upgrade$/ }))
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')
})

test('a cap is chosen with the arrows, typed and saved', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ product: 'scrape-credits', plan: 'scaling' })
  await page.goto(`/${customer.slug}/spending`)
  await tabTo(page, page.getByRole('radio', { name: /Refuse requests/ }))
  await page.keyboard.press('ArrowDown')
  await tabTo(page, page.getByLabel('Cap a month'))
  await page.keyboard.type('25')
  await press(page, page.getByRole('region', { name: 'Pay-as-you-go' }).getByRole('button', { name: 'Save' }))
  await expect(page.getByRole('region', { name: 'The most that can be charged' })).toContainText('$25.00')
})

test('somebody is invited, and a line of an invoice opens to its formula', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/team`)
  await press(page, page.getByRole('button', { name: 'Invite someone' }))
  const dialog = page.getByRole('dialog', { name: 'Invite someone' })
  await tabTo(page, dialog.getByLabel('Email'))
  await page.keyboard.type(`keys-${customer.slug}@people.example`)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText(`keys-${customer.slug}@people.example`).first()).toBeVisible()

  await page.goto(`/${customer.slug}/invoices`)
  await press(page, page.getByRole('link', { name: /^INV-/ }).first())
  await page.waitForURL(/\/invoices\/inv_/)
  await press(page, page.getByRole('main').locator('summary').first())
  await expect(page.getByRole('main').locator('code').first()).toBeVisible()
})
