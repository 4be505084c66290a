import type { Page } from '@playwright/test'

export type SignIn = { email: string; password: string; role: string }

/** By email and password, at the customers' door or the operators' own. */
export async function signIn(page: Page, door: '/sign-in' | '/operator/sign-in', { email, password }: Pick<SignIn, 'email' | 'password'>): Promise<void> {
  await page.goto(door)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((at) => !at.pathname.endsWith('/sign-in'))
}
