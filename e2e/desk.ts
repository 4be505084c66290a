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
