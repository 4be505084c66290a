import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** No violation of WCAG 2.2 AA that a program can find. */
export async function expectClean(page: Page, place: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, includeHidden: true })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`),
    place,
  ).toEqual([])
}

/** Of the page, not the window: a scrollbar takes its part of that. */
export async function expectNoWider(page: Page, place: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, includeHidden: true })).toBeVisible()
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(overflow, `${place} is too wide`).toBeLessThanOrEqual(0)
}

/** Text that its own box cuts, by what it says. What is meant to be cut, with all of it in a title or for a screen reader, is not of them. */
export async function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main *, [role=dialog] *, [role=alertdialog] *')]
      .filter((element) => {
        if (element.children.length > 0 || !element.textContent?.trim() || element.closest('.sr-only, pre, [data-copyable], input, textarea')) return false
        const style = getComputedStyle(element)
        if (style.display === 'inline' || style.overflowX === 'visible' || style.textOverflow === 'ellipsis' || element.clientWidth <= 1) return false
        return element.scrollWidth > element.clientWidth + 1
      })
      .map((element) => `${element.tagName.toLowerCase()}: ${element.textContent?.trim().slice(0, 60)}`),
  )
}
