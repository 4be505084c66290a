import type { Browser, Page } from '@playwright/test'
import { AREAS } from '../app/gallery/cards/area-names'
import { DIALOG_NAMES } from '../app/gallery/dialogs/names'
import { expectClean, expectNoWider, misplacedTexts } from './axe'
import { DEEP, SEED } from './depth'
import { expect, test } from './fixtures'

/** Every card and dialog in every state: clean in both themes, and neither too wide nor cut in the longest language and in the one from right to left. */
const PAGES = [...AREAS.map((area) => `/gallery/cards/${area}`), ...DIALOG_NAMES.map((name) => `/gallery/dialogs/${name}`)]

/** All of them in the deep run; else a few, by the seed that the run prints. */
const some = (from: readonly string[], count: number, salt: number) =>
  DEEP ? from : Array.from({ length: count }, (_, index) => from[(SEED + salt + index * 7) % from.length] as string)

async function visit(
  browser: Browser,
  url: string,
  about: { locale: string; colorScheme?: 'light' | 'dark' },
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...about })
  try {
    await work(await context.newPage())
  } finally {
    await context.close()
  }
}

/** A dialog's page is looked at once its dialog is there. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  if (path.startsWith('/gallery/dialogs/')) await expect(page.locator('[role=dialog], [role=alertdialog]').first()).toBeVisible()
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`cards and dialogs are clean of accessibility violations in the ${colorScheme} theme`, async ({ browser, demo }) => {
    test.setTimeout(DEEP ? 600_000 : 120_000)
    await visit(browser, demo.url, { locale: 'en', colorScheme }, async (page) => {
      for (const path of some(PAGES, 4, colorScheme === 'dark' ? 3 : 0)) {
        await open(page, path)
        await expectClean(page, path)
      }
    })
  })

for (const locale of ['de', 'ar'] as const)
  test(`no card and no dialog is too wide or cut in ${locale}`, async ({ browser, demo }) => {
    test.setTimeout(DEEP ? 600_000 : 120_000)
    await visit(browser, demo.url, { locale }, async (page) => {
      for (const path of some(PAGES, 4, locale === 'ar' ? 5 : 1)) {
        await open(page, path)
        await expect(page.locator('html')).toHaveAttribute('lang', locale)
        for (const width of [320, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 })
          await expectNoWider(page, `${path} at ${width} px`)
          expect(await misplacedTexts(page), `in ${path} at ${width} px`).toEqual([])
        }
      }
    })
  })
