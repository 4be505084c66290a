import type { Page } from '@playwright/test'
import { expectClean } from './axe'
import { newOperator } from './desk'
import { expect, openMail, test } from './fixtures'

/** A device of the browser's own, as a phone or a laptop with a fingerprint reader is. @returns What takes it out again. */
async function plugIn(page: Page): Promise<() => Promise<void>> {
  const chrome = await page.context().newCDPSession(page)
  await chrome.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const
  const { authenticatorId } = await chrome.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } })
  return async () => void (await chrome.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }))
}

const cardOf = (page: Page) => page.getByRole('region', { name: 'Passkeys' })

/** @returns A recovery code of those that came with it. */
async function addFirst(page: Page, name: string, password: string): Promise<string> {
  const card = cardOf(page)
  await card.getByRole('button', { name: 'Add a passkey' }).click()
  await card.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(card.getByText('Give it a name.')).toBeVisible()
  await expectClean(page, 'adding a passkey')
  await card.getByRole('textbox', { name: 'Name of the passkey' }).fill(name)
  await card.getByLabel('Your password').fill(password)
  await card.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(card.getByText('Keep these recovery codes')).toBeVisible()
  const code = await card.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent()
  await card.getByRole('button', { name: 'I have kept them' }).click()
  await expect(card.getByRole('listitem').filter({ hasText: name })).toContainText('not used yet')
  return code ?? ''
}

test('a member adds a passkey, signs in with it alone, and with it after the password; removed, it gets nobody in', async ({ newPerson, api }) => {
  const { page, email, password, context } = await newPerson('passkeys')
  const slug = new URL(page.url()).pathname.split('/')[1]
  const settings = `/${slug}/settings`
  const unplug = await plugIn(page)
  await page.goto(settings)
  await addFirst(page, 'Laptop', password)

  await context.clearCookies()
  await page.goto(`/sign-in?next=${settings}`)
  await expectClean(page, 'signing in with a passkey')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(cardOf(page).getByRole('listitem').filter({ hasText: 'Laptop' })).toContainText('last used')

  await context.clearCookies()
  await page.goto(`/sign-in?next=${settings}`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
  await expectClean(page, 'the page for the code, with a passkey')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()

  const card = cardOf(page)
  await card.getByRole('button', { name: 'Rename Laptop' }).click()
  await card.getByRole('textbox', { name: 'Name of the passkey' }).fill('Old laptop')
  await card.getByRole('button', { name: 'Save the name' }).click()
  await card.getByRole('button', { name: 'Remove Old laptop' }).click()
  await expectClean(page, 'removing a passkey')
  await card.getByRole('button', { name: 'Use a passkey instead' }).click()
  await expect(card.getByText('You have none yet.')).toBeVisible()

  await context.clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByText('This passkey does not get you in here.')).toBeVisible()
  await unplug()
  await openMail(page, api.url, email, /A passkey was added/)
})

test('an operator adds a passkey at the desk and sits down with it alone', async ({ browser, demo }) => {
  const { desk, ...operator } = await newOperator(browser, demo, 'passkeys')
  const unplug = await plugIn(desk)
  await desk.goto('/operator/account')
  await addFirst(desk, 'Key of the office', operator.password)

  await desk.context().clearCookies()
  await desk.goto('/operator/sign-in?next=/operator/account')
  await desk.getByRole('button', { name: 'Sign in with a passkey' }).click()
  const card = cardOf(desk)
  await expect(card.getByRole('listitem').filter({ hasText: 'Key of the office' })).toContainText('last used')

  await card.getByRole('button', { name: 'Remove Key of the office' }).click()
  await card.getByRole('button', { name: 'Use a passkey instead' }).click()
  await expect(card.getByText('You have none yet.')).toBeVisible()
  await expect(desk.getByText(`Added a passkey for signing in, by ${operator.email}`)).toBeVisible()
  await unplug()
  await desk.context().close()
})
