import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { brandStyle } from '@/components/layout/brand'
import { brandThemes } from '@/lib/platform/brand'
import { sampled } from './depth'
import { expect, test } from './fixtures'

/** Each is unreadable somewhere: pale, dark, shrill, and without a hue. */
const ODD = ['#ffee00', '#140022', '#00ff9d', '#9a9a9a'] as const

/** As the start hands it to every page. */
async function paint(page: Page, accent: string): Promise<void> {
  const style = brandStyle(brandThemes({ HEADROOM_ACCENT_COLOR: accent }))
  await page.evaluate((properties) => {
    for (const [name, value] of Object.entries(properties)) document.documentElement.style.setProperty(name, value)
  }, style)
}

test.describe('an operator’s brand', () => {
  test('is in the shell, the tab and the foot of every page, and where one is stuck', async ({ page, newCustomer, browser, api }) => {
    const customer = await newCustomer()
    await page.goto(`/${customer.slug}/plan`)
    await expect(page).toHaveTitle('Plan · Fennel & Sons')
    const logo = page.getByRole('complementary').getByRole('img', { name: 'Fennel & Sons' })
    await expect(logo).toBeVisible()
    expect(await logo.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0)
    await expect(page.getByRole('contentinfo').getByRole('link', { name: 'help@fennel.example' })).toHaveAttribute('href', 'mailto:help@fennel.example')
    const icon = await page.locator('link[rel="icon"]').getAttribute('href')
    const drawn = await page.request.get(icon ?? '')
    expect(drawn.headers()['content-type']).toBe('image/svg+xml')
    expect(await drawn.text()).toContain('>F</text>')
    for (const path of [`/${customer.slug}/nowhere`, '/nowhere-at-all', '/sign-in', '/password/unknown', '/invitation/unknown']) {
      await page.goto(path)
      await expect(page.getByRole('link', { name: 'help@fennel.example' }).first(), path).toBeVisible()
    }

    const context = await browser.newContext({ baseURL: api.url })
    const stranger = await context.newPage()
    await stranger.goto('/sign-in')
    await expect(stranger).toHaveTitle('Sign in · Fennel & Sons')
    await expect(stranger.getByRole('img', { name: 'Fennel & Sons' })).toBeVisible()
    await expect(stranger.getByText('Headroom')).toHaveCount(0)
    await context.close()
  })

  for (const theme of sampled(['light', 'dark'] as const)) {
    test(`can be read in the ${theme} theme, whatever its colour is`, async ({ page, newCustomer }) => {
      test.setTimeout(120_000)
      const customer = await newCustomer({ plan: 'basic' })
      await customer.use(25_000)
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      for (const path of ['/sign-in', `/${customer.slug}`, `/${customer.slug}/api-calls/plan`, `/${customer.slug}/api-calls/usage`]) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        for (const accent of ODD) {
          await paint(page, accent)
          const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']).analyze()
          expect(
            violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`),
            `${path} in ${accent}`,
          ).toEqual([])
        }
      }
    })
  }
})
