import { chromium, type Page } from '@playwright/test'
import { findChromium } from '../lib/platform/chromium'

export type SignIn = { email: string; password: string; role: string }

/** By email and password, at the customers' door or the operators' own. */
export async function signIn(page: Page, door: '/sign-in' | '/operator/sign-in', { email, password }: Pick<SignIn, 'email' | 'password'>): Promise<void> {
  await page.goto(door)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((at) => !at.pathname.endsWith('/sign-in'))
}

/** What the browser of the demo’s first owner sends along. */
export async function cookieOf({ url, signIns }: { url: string; signIns: readonly SignIn[] }): Promise<string> {
  const owner = signIns.find(({ role }) => role.startsWith('owner'))
  if (!owner) throw new Error('The demo has changed: nobody to sign in as.')
  const browser = await chromium.launch({ executablePath: await findChromium(), chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const context = await browser.newContext({ baseURL: url })
    await signIn(await context.newPage(), '/sign-in', owner)
    return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  } finally {
    await browser.close()
  }
}
