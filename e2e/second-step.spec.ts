import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { systemClock } from '../lib/time'
import { expectClean } from './axe'
import { newOperator } from './desk'
import { acceptInvitation, expect, openMail, test } from './fixtures'

const PERIOD_MS = 30_000

/** As an authenticator app shows it now, or `steps` half minutes later. */
function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: systemClock.now().epochMilliseconds + steps * PERIOD_MS })
}

/** By the key that is shown beside the picture. */
async function setUp(page: Page, password: string): Promise<{ secret: string; recoveryCode: string }> {
  const card = page.getByRole('region', { name: 'Two-step sign-in' })
  await card.getByRole('button', { name: 'Set it up' }).click()
  await expect(card.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible()
  await expectClean(page, 'setting the second step up')
  const secret = (await card.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? ''
  await card.getByRole('button', { name: 'Turn it on' }).click()
  await expect(card.getByText('Enter the code that the app shows.')).toBeVisible()
  await card.getByRole('textbox', { name: 'Code' }).fill('000000')
  await card.getByLabel('Your password').fill(password)
  await card.getByRole('button', { name: 'Turn it on' }).click()
  await expect(card.getByText('This code is not right, or was used already.')).toBeVisible()
  await card.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret))
  await card.getByRole('button', { name: 'Turn it on' }).click()
  await expect(card.getByText('Keep these recovery codes')).toBeVisible()
  await expectClean(page, 'the recovery codes')
  const recoveryCode = (await card.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent()) ?? ''
  await card.getByRole('button', { name: 'I have kept them' }).click()
  await expect(card.getByText('10 recovery codes are left.')).toBeVisible()
  return { secret, recoveryCode }
}

test('a member turns on two steps, signs in with a code, once each, and with a recovery code', async ({ newPerson, browser, api }) => {
  const person = await newPerson('two-steps')
  const slug = new URL(person.page.url()).pathname.split('/')[1]
  await person.page.goto(`/${slug}/settings`)
  const { secret, recoveryCode } = await setUp(person.page, person.password)
  await openMail(person.page, api.url, person.email, /Two-step sign-in is on/)

  const context = await browser.newContext({ baseURL: api.url })
  const page = await context.newPage()
  const passFirstStep = async () => {
    await page.goto(`/sign-in?next=/${slug}/settings`)
    await page.getByLabel('Email').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
  }
  const enter = async (code: string) => {
    await page.getByRole('textbox', { name: 'Code' }).fill(code)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await passFirstStep()
  await expectClean(page, 'the page for the code')
  await page.goto(`/${slug}/settings`)
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toHaveCount(0) // Between the steps nobody is signed in.
  await passFirstStep()
  const code = codeOf(secret, 1) // The present one has turned it on.
  await enter(code)
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()

  await context.clearCookies()
  await passFirstStep()
  await enter(code)
  await expect(page.getByText('This code is not right, or was used already.')).toBeVisible()
  await enter(recoveryCode.toLowerCase())
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
  await context.close()
})

test('an owner asks two steps of everybody: whoever has none sets them up before they see anything', async ({ newPerson, browser, api }) => {
  const owner = await newPerson('duty')
  const slug = new URL(owner.page.url()).pathname.split('/')[1]
  await owner.page.goto(`/${slug}/settings`)
  const duty = owner.page.getByRole('region', { name: 'Two steps for everybody' })
  await expect(duty.getByText('Set up your own second step first, or you would shut yourself out.')).toBeVisible()
  await setUp(owner.page, owner.password)
  await duty.getByRole('button', { name: 'Ask it of everybody' }).click()
  await expect(duty.getByText('It is asked of everybody.')).toBeVisible()

  await owner.page.goto(`/${slug}/team`)
  await owner.page.getByRole('button', { name: 'Invite someone' }).click()
  const email = `colleague-${slug}@people.example`
  const dialog = owner.page.getByRole('dialog', { name: 'Invite someone' })
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByRole('radio', { name: /Billing manager/ }).check()
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(owner.page.getByText(email).first()).toBeVisible()

  const context = await browser.newContext({ baseURL: api.url })
  const page = await context.newPage()
  const password = 'a long sentence for a colleague'
  await acceptInvitation(page, api.url, email, password)
  const title = page.getByRole('heading', { name: 'Set up a second step', level: 1 })
  await expect(title).toBeVisible()
  expect((await context.request.get(`/${slug}/invoices/export`, { maxRedirects: 0 })).status()).not.toBe(200)
  await page.goto(`/${slug}/invoices`)
  await expect(title).toBeVisible()
  await setUp(page, password)
  await page.getByRole('link', { name: 'Go on' }).click()
  await expect(page).toHaveURL(new RegExp(`/${slug}`))
  await page.goto(`/${slug}/invoices`)
  await expect(page.getByRole('heading', { name: 'Invoices', level: 1 })).toBeVisible()
  await context.close()
})

test('an operator sets it up at the desk and signs in with a code', async ({ browser, demo }) => {
  const { desk, ...operator } = await newOperator(browser, demo, 'two-steps')
  await desk.goto('/operator/account')
  const { secret, recoveryCode } = await setUp(desk, operator.password)
  await desk.context().clearCookies()
  await desk.goto('/operator/sign-in?next=/operator/account')
  await desk.getByLabel('Email').fill(operator.email)
  await desk.getByLabel('Password', { exact: true }).fill(operator.password)
  await desk.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(desk.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
  await desk.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret, 1))
  await desk.getByRole('button', { name: 'Sign in', exact: true }).click()

  const card = desk.getByRole('region', { name: 'Two-step sign-in' })
  await card.getByRole('button', { name: 'Turn it off' }).click()
  await card.getByRole('textbox', { name: 'Code' }).fill(recoveryCode)
  await card.getByLabel('Your password').fill(operator.password)
  await card.getByRole('button', { name: 'Turn it off' }).click()
  await expect(card.getByText('It is off: whoever has your password gets in.')).toBeVisible()
  await expect(desk.getByText(`Used a recovery code for signing in, by ${operator.email}`)).toBeVisible()
  await desk.context().close()
})
