import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, chromium, devices, type Page } from '@playwright/test'
import sharp from 'sharp'
import { findChromium } from '../lib/platform/chromium'
import { freePort } from '../lib/platform/embedded-postgres'
import { runProduct } from './run-product'
import { type SignIn, signIn } from './sign-in'

/**
 * `npm run pictures`: the main pages of the demo, as README and docs show them. The demo is told when it is, so that a picture changes
 * where a page does, and not from one day to the next.
 */
const NOW = '2026-06-11T09:30:00Z'
const FOLDER = resolve(import.meta.dirname, '../docs/pictures')
const DESK = { width: 1440, height: 1000 }
/** Sharp on the screens that most readers have. */
const DENSITY = 2
const THEMES = ['light', 'dark'] as const
const LARGEST_BYTES = 150_000

type Demo = { url: string; signIns: SignIn[] }
type Picture = { name: string; path: string; open?: (page: Page) => Promise<void> }

const CUSTOMER: readonly Picture[] = [
  { name: 'overview', path: '/acme-robotics' },
  { name: 'usage', path: '/acme-robotics/usage' },
  { name: 'plan', path: '/acme-robotics/plan', open: (page) => page.getByRole('button', { name: 'Upgrade to Pro' }).click() },
  { name: 'spending', path: '/crawlwell/spending' },
  { name: 'credits', path: '/lumen-labs/credits' },
  { name: 'team', path: '/larkspur-studio/team' },
  { name: 'invoices', path: '/acme-robotics/invoices' },
  {
    name: 'invoice',
    path: '/acme-robotics/invoices',
    open: async (page) => {
      await page.getByRole('main').getByRole('table').getByRole('link').first().click()
      await page.waitForURL(/\/invoices\/inv_/)
      await page.getByRole('main').locator('summary').first().click()
    },
  },
]
const OPERATOR: readonly Picture[] = [{ name: 'desk', path: '/operator' }]

async function takeAll(): Promise<void> {
  const port = await freePort(0)
  if (!port) throw new Error('There is no free port.')
  const product = await runProduct(port, { HEADROOM_DEMO_AT: NOW })
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--disable-gpu'], chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const demo = JSON.parse(readFileSync(join(product.directory, 'demo.json'), 'utf8')) as Demo
    const olivia = demo.signIns.find(({ email }) => email.startsWith('olivia@'))
    const operator = demo.signIns.find(({ role }) => role.startsWith('operator'))
    if (!olivia || !operator) throw new Error('The demo has changed: nobody to sign in as.')
    for (const theme of THEMES) {
      await takeWith(browser, demo, { theme, as: olivia, door: '/sign-in', pictures: CUSTOMER })
      await takeWith(browser, demo, { theme, as: operator, door: '/operator/sign-in', pictures: OPERATOR })
      await takeWith(browser, demo, { theme, as: olivia, door: '/sign-in', pictures: [{ name: 'phone', path: '/acme-robotics' }], isPhone: true })
    }
  } finally {
    await browser.close()
    await product.stop()
  }
}

type Session = { theme: (typeof THEMES)[number]; as: SignIn; door: Parameters<typeof signIn>[1]; pictures: readonly Picture[]; isPhone?: boolean }

async function takeWith(browser: Browser, { url }: Demo, { theme, as, door, pictures, isPhone = false }: Session): Promise<void> {
  const screen = isPhone
    ? { ...devices['Pixel 7'], viewport: { width: 390, height: 844 }, deviceScaleFactor: DENSITY }
    : { viewport: DESK, deviceScaleFactor: DENSITY }
  const context = await browser.newContext({ ...screen, baseURL: url, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-US', timezoneId: 'UTC' })
  await context.addInitScript(() => localStorage.setItem('headroom.sandbox.folded', '1')) // The demo's clock is of no use on paper: one line of it stays.
  const page = await context.newPage()
  await page.clock.setFixedTime(NOW)
  await signIn(page, door, as)
  for (const { name, path, open } of pictures) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await open?.(page)
    await page.waitForLoadState('networkidle') // Charts and figures that load when they are seen.
    await save(`${name}-${theme}.png`, await page.screenshot({ animations: 'disabled', caret: 'hide' }))
  }
  await context.close()
}

/** In a palette, as a page of few colours needs no more. */
async function save(file: string, picture: Buffer): Promise<void> {
  const small = await sharp(picture).png({ palette: true, quality: 92, effort: 10 }).toBuffer()
  if (small.length > LARGEST_BYTES)
    throw new Error(`${file} is ${Math.round(small.length / 1000)} KB; the repository keeps none above ${LARGEST_BYTES / 1000}.`)
  writeFileSync(join(FOLDER, file), small)
  console.log(`${file}  ${Math.round(small.length / 1000)} KB`)
}

await takeAll()
