import { expectNoWider, misplacedTexts } from './axe'
import { DEEP } from './depth'
import { expect, test } from './fixtures'

const PEOPLE = 300
const MONTHS = DEEP ? 36 : 27 // More than one list of periods.

test('three hundred people: counted, a page at a time, and found by a part of a name', async ({ page, newCustomer, api }) => {
  test.setTimeout(120_000)
  const customer = await newCustomer({ plan: 'basic' })
  for (let index = 1; index < PEOPLE; index++) {
    const person = { email: `person-${index}@${customer.slug}.example`, name: `Person ${index}`, role: 'member', invite: false }
    expect((await api.call('POST', `/organizations/${customer.id}/members`, person)).status).toBe(201)
  }
  await page.goto(`/${customer.slug}/team`)
  const table = page.getByRole('table', { name: `${PEOPLE} people` })
  await expect(table.getByRole('row')).toHaveCount(101)
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(table.getByRole('row', { name: /^Person 150 / })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find somebody' }).fill('person 17')
  await page.getByRole('button', { name: 'Search' }).click()
  const found = page.getByRole('table', { name: 'Found for “person 17”' })
  await expect(found.getByRole('row')).toHaveCount(12) // 17 and 170 to 179, below their header.
  await page.setViewportSize({ width: 320, height: 900 })
  await expectNoWider(page, 'the team')
  expect(await misplacedTexts(page)).toEqual([])
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.getByRole('searchbox', { name: 'Find somebody' }).fill('nobody of that name')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(page.getByText('Nobody here has that in their name or their email address.')).toBeVisible()
  await page.getByRole('link', { name: 'Show everybody' }).click()
  await expect(table).toBeVisible()
})

test('three years of use: every period is reached from the last, and no page grows wider', async ({ page, newCustomer }) => {
  test.setTimeout(180_000)
  const customer = await newCustomer({ plan: 'enterprise', startsAt: '2023-06-01T00:00:00Z' })
  for (let month = 0; month < MONTHS; month++) {
    await customer.use(1_010_000 + month)
    await customer.advance(30)
  }
  await customer.use(50)
  await page.goto(`/${customer.slug}/api-calls/usage`)
  await expect(page.getByText('50', { exact: true }).first()).toBeVisible()
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 720 })
    await page.getByRole('button', { name: /^Period, now/ }).click()
    await expectNoWider(page, `the periods at ${width} px`)
    await page.keyboard.press('Escape')
  }
  await page.getByRole('button', { name: /^Period, now/ }).click()
  await page.getByRole('link', { name: 'Earlier periods' }).click()
  await page.getByRole('button', { name: /^Period, now/ }).click()
  await page
    .getByRole('link', { name: /Jun 1 – Jul 1, 2023/ })
    .first()
    .click()
  await expect(page.getByText('1,010,000', { exact: true }).first()).toBeVisible()

  await page.goto(`/${customer.slug}/api-calls/usage/history`)
  await expect(page.getByRole('row', { name: new RegExp(`10,0${MONTHS - 1}`) })).toBeVisible()
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('row', { name: /10,000/ })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0)
  await page.goto(`/${customer.slug}/invoices`)
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('row', { name: /Plan.*Paid/ }).first()).toBeVisible()
  await page.setViewportSize({ width: 320, height: 720 })
  await expectNoWider(page, 'the older invoices')
})
