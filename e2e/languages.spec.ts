import { expectNoWider } from './axe'
import { expect, test } from './fixtures'

/** What a person reads who reads no English. */
const READERS = [
  {
    locale: 'de',
    name: 'Deutsch',
    direction: 'ltr',
    email: 'E-Mail',
    password: 'Passwort',
    signIn: 'Anmelden',
    plan: 'Tarif',
    usage: /25\.000/,
    unit: 'Aufrufe',
    upgrade: 'Upgrade auf Pro',
    pay: /zahlen und Upgrade durchführen/,
    line: /Nicht genutzte Zeit von Basic/,
    invoices: 'Rechnungen',
    rule: 'Regel A6',
  },
  {
    locale: 'ar',
    name: 'العربية',
    direction: 'rtl',
    email: 'البريد الإلكتروني',
    password: 'كلمة المرور',
    signIn: 'تسجيل الدخول',
    plan: 'الخطة',
    usage: /25,000/,
    unit: 'استدعاءات',
    upgrade: 'الترقية إلى ⁨Pro⁩',
    pay: /الترقية/,
    line: /وقت غير مستخدم/,
    invoices: 'الفواتير',
    rule: /القاعدة/,
  },
] as const

for (const reader of READERS)
  test(`who reads ${reader.locale} signs in, upgrades, and reads the invoice in it, on a narrow phone too`, async ({
    browser,
    newPerson,
    api,
    newCustomer,
  }) => {
    const person = await newPerson('reader')
    const customer = await newCustomer({ plan: 'basic', by: person })
    await customer.use(25_000)
    await customer.advance(10)
    const context = await browser.newContext({ baseURL: api.url, locale: reader.locale })
    const page = await context.newPage()
    await page.goto(`/sign-in?next=/${customer.slug}`)
    await expect(page.locator('html')).toHaveAttribute('lang', reader.locale)
    await expect(page.locator('html')).toHaveAttribute('dir', reader.direction)
    await page.getByLabel(reader.email).fill(person.email)
    await page.getByLabel(reader.password, { exact: true }).fill(person.password)
    await page.getByRole('button', { name: reader.signIn, exact: true }).click()
    await page.waitForURL(new RegExp(`/${customer.slug}$`))
    // What the account has saved is stronger than what the browser asks for: it was English until now.
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('button', { name: reader.name }).click()
    await expect(page.locator('html')).toHaveAttribute('lang', reader.locale)
    await page.keyboard.press('Escape')
    await expect(page.getByText(reader.usage).first()).toBeVisible()
    await expect(page.getByText(reader.unit).first()).toBeVisible()

    await page.getByRole('link', { name: reader.plan, exact: true }).first().click()
    await page.getByRole('button', { name: reader.upgrade }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText(reader.line)).toBeVisible()
    await dialog.getByRole('button', { name: reader.pay }).click()
    await expect(dialog).toBeHidden()

    await page.getByRole('link', { name: reader.invoices, exact: true }).first().click()
    await page.getByRole('link', { name: /INV-/ }).first().click()
    await page.waitForURL(/\/invoices\/inv_/)
    await page.getByText(reader.line).first().click()
    await expect(page.getByText(reader.rule).first()).toBeVisible()

    await page.setViewportSize({ width: 320, height: 700 })
    for (const path of ['', '/plan', '/spending', '/invoices', '/payment', '/team', '/notifications', '/developers', '/activity']) {
      await page.goto(`/${customer.slug}${path}`)
      await expectNoWider(page, `${path} in ${reader.locale}`)
    }
    await context.close()
  })

test('at twice the size nothing is lost, and who wants no motion gets none', async ({ browser, owner, newCustomer }) => {
  const customer = await newCustomer({ plan: 'basic' })
  const context = await browser.newContext({
    baseURL: new URL(owner.page.url()).origin,
    storageState: await owner.context.storageState(),
    viewport: { width: 640, height: 450 }, // 1280 pixels at 200 %.
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  for (const path of ['', '/usage', '/plan', '/spending', '/credits', '/invoices', '/team']) {
    await page.goto(`/${customer.slug}${path}`)
    await expectNoWider(page, `${path} at 200 %`)
  }
  await page.goto(`/${customer.slug}/plan`)
  await page.getByRole('button', { name: 'Upgrade to Pro' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  const moving = await page.evaluate(
    () => document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().duration ?? 0) > 1 && one.playState === 'running').length,
  )
  expect(moving).toBe(0)
  await context.close()
})
