import { expect, test } from './fixtures'
import { press, tabTo } from './keyboard'

test('signing in, past the menu to the content, and by the menu to another page', async ({ browser, owner, api, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const context = await browser.newContext({ baseURL: api.url })
  const page = await context.newPage()
  await page.goto(`/sign-in?next=/${customer.slug}`)
  await tabTo(page.getByLabel('Email'))
  await page.keyboard.type(owner.email)
  await tabTo(page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(owner.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.reload()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await page.reload()
  await press(page.getByRole('link', { name: 'Invoices' }).first())
  await expect(page.getByRole('heading', { name: 'Invoices' })).toBeVisible()
  await context.close()
})

test('an upgrade: the dialog takes the focus, gives it back when it is left, and pays', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/plan`)
  const upgrade = page.getByRole('button', { name: 'Upgrade to Pro' })
  const dialog = page.getByRole('dialog', { name: 'Change from Basic to Pro' })
  await press(upgrade)
  await expect(dialog.getByRole('button', { name: /^Pay .* and upgrade$/ })).toBeVisible()
  expect(await dialog.evaluate((element) => element.contains(document.activeElement)), 'the focus is in the dialog').toBe(true)
  await page.keyboard.press('Escape')
  await expect(upgrade).toBeFocused()
  await page.keyboard.press('Enter')
  await press(dialog.locator('summary').first())
  await expect(dialog.getByText('Rule A6').first()).toBeVisible()
  await press(dialog.getByRole('button', { name: /^Pay .* and upgrade$/ }))
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('region', { name: 'Current plan' })).toContainText('Pro')
})

test('a cap is chosen with the arrows, typed and saved', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ product: 'scrape-credits', plan: 'scaling' })
  await page.goto(`/${customer.slug}/spending`)
  await tabTo(page.getByRole('radio', { name: /Refuse requests/ }))
  await page.keyboard.press('ArrowDown')
  await tabTo(page.getByLabel('Cap a month'))
  await page.keyboard.type('25')
  await press(page.getByRole('region', { name: 'Pay-as-you-go' }).getByRole('button', { name: 'Save' }))
  await expect(page.getByRole('region', { name: 'The most that can be charged' })).toContainText('$25.00')
})

test('somebody is invited, and a line of an invoice opens to its formula', async ({ page, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  await page.goto(`/${customer.slug}/team`)
  await press(page.getByRole('button', { name: 'Invite someone' }))
  const dialog = page.getByRole('dialog', { name: 'Invite someone' })
  await tabTo(dialog.getByLabel('Email'))
  await page.keyboard.type(`keys-${customer.slug}@people.example`)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText(`keys-${customer.slug}@people.example`).first()).toBeVisible()

  await page.goto(`/${customer.slug}/invoices`)
  await press(page.getByRole('link', { name: /^INV-/ }).first())
  await page.waitForURL(/\/invoices\/inv_/)
  await press(page.getByRole('main').locator('summary').first())
  await expect(page.getByRole('main').locator('code').first()).toBeVisible()
})

test('what no key reaches, and what does not show its focus, fails a story that is worked by keys', async ({ page }) => {
  await page.setContent(`
    <div onclick="document.title = 'pressed'">For the mouse only</div>
    <button style="outline: none">Unseen</button>
    <button tabindex="-1">Left out</button>
    <button onclick="document.title = 'done'">Plain</button>`)
  await expect(press(page.getByText('For the mouse only'))).rejects.toThrow('No key reaches')
  await expect(press(page.getByRole('button', { name: 'Unseen' }))).rejects.toThrow('the focus is seen')
  await expect(press(page.getByRole('button', { name: 'Left out' }))).rejects.toThrow('No key got there')
  await press(page.getByRole('button', { name: 'Plain' }))
  await expect(page).toHaveTitle('done')
})
