import { randomUUID } from 'node:crypto'
import type { Browser, Page } from '@playwright/test'
import { expect } from './fixtures'
import { type SignIn, signIn } from './sign-in'

/** A browser of the company's own, signed in at the desk. */
export async function sitDown(browser: Browser, url: string, operator: Pick<SignIn, 'email' | 'password'>): Promise<Page> {
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  await signIn(page, '/operator/sign-in', operator)
  await expect(page.getByRole('heading', { name: 'Organizations', exact: true })).toBeVisible()
  return page
}

/** The one that the demo has. */
export const operatorOf = (demo: { signIns: SignIn[] }): SignIn => {
  const found = demo.signIns.find(({ role }) => role.startsWith('operator'))
  if (!found) throw new Error('the demo has no operator')
  return found
}

/** From an organization's page to one of its sections. */
export async function section(desk: Page, name: string): Promise<void> {
  await desk.getByRole('navigation', { name: 'Sections of this organization' }).getByRole('link', { name }).click()
  await expect(desk.getByRole('link', { name, exact: true }).and(desk.locator('[aria-current=page]'))).toBeVisible()
}

/** An operator of a test's own, at the desk: what changes how they sign in, or ends their sessions, is nobody else's matter. */
export async function newOperator(
  browser: Browser,
  demo: { url: string; signIns: SignIn[] },
  name: string,
): Promise<Pick<SignIn, 'email' | 'password'> & { desk: Page }> {
  const admin = await sitDown(browser, demo.url, operatorOf(demo))
  await admin.goto('/operator/operators')
  const email = `${name}-${randomUUID().slice(0, 8)}@company.example`
  await admin.getByLabel('Email').fill(email)
  await admin.getByRole('button', { name: 'Make the link' }).click()
  const link = await admin.getByText(/\/operator\/link\//).textContent()
  await admin.context().close()
  const context = await browser.newContext({ baseURL: demo.url })
  const desk = await context.newPage()
  const password = 'a long sentence of the office'
  await desk.goto(new URL(link?.trim() ?? '').pathname)
  await desk.getByLabel('Password', { exact: true }).fill(password)
  await desk.getByRole('button', { name: 'Save and open the desk' }).click()
  await expect(desk.getByRole('heading', { name: 'Organizations', exact: true })).toBeVisible()
  return { email, password, desk }
}
