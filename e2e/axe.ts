import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** WCAG 2.5.3, which is not among what is run without being asked for. */
const LABEL_IN_NAME = 'label-content-name-mismatch'

const PUT_TOGETHER_MS = 20_000

/** No violation of WCAG 2.2 AA that a program can find. One that is gone a moment later was a page being put together: its title comes last. */
export async function expectClean(page: Page, place: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, includeHidden: true }).first()).toBeVisible()
  await expect.poll(() => violationsOf(page), { message: place, intervals: [500], timeout: PUT_TOGETHER_MS }).toEqual([])
}

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: WCAG, rules: { [LABEL_IN_NAME]: { enabled: true } }, resultTypes: ['violations'] })
    .setLegacyMode(page.frames().length === 1) // What puts the findings of frames together opens a window of its own each time.
    .analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`)
}

/** Of the page, not the window: a scrollbar takes its part of that. */
export async function expectNoWider(page: Page, place: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, includeHidden: true }).first()).toBeVisible()
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(overflow, `${place} is too wide`).toBeLessThanOrEqual(0)
}

/**
 * Text that is cut, or that sticks out of its card, button, dialog or the window, by what it says. What ends in an ellipsis is meant to be cut,
 * and what scrolls can be scrolled to.
 */
export async function misplacedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const TOLERANCE_PX = 1.5
    /** Of a line's height: letters reach out of a tight line without being cut. */
    const TIGHT = 0.25
    const isOutside = (inner: DOMRect, { left, right }: { left: number; right: number }) =>
      inner.left < left - TOLERANCE_PX || inner.right > right + TOLERANCE_PX

    const isAboveOrBelow = (inner: DOMRect, { top, bottom }: DOMRect) => inner.top < top - inner.height * TIGHT || inner.bottom > bottom + inner.height * TIGHT

    function problemOf(rect: DOMRect, element: Element): string | null {
      for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
        const { overflowX, overflowY, display, textOverflow, webkitLineClamp } = getComputedStyle(at)
        if (display === 'inline' || display === 'contents') continue
        if (overflowX === 'auto' || overflowX === 'scroll' || textOverflow === 'ellipsis' || webkitLineClamp !== 'none') return null
        const box = at.getBoundingClientRect()
        if (box.width <= 1) return null // For ears only.
        if (overflowX !== 'visible' && isOutside(rect, box)) return 'is cut'
        if ((overflowY === 'hidden' || overflowY === 'clip') && isAboveOrBelow(rect, box)) return 'is cut above or below'
        if (at.matches('section, button, [role=dialog], [role=alertdialog], main') && isOutside(rect, box)) return `sticks out of its ${at.localName}`
      }
      return isOutside(rect, { left: 0, right: document.documentElement.clientWidth }) ? 'sticks out of the window' : null
    }

    const found = new Set<string>()
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (words.nextNode()) {
      const text = words.currentNode.textContent?.trim()
      const element = words.currentNode.parentElement
      if (!text || !element?.checkVisibility({ visibilityProperty: true })) continue
      if (element.closest('.sr-only, script, style, pre, option, [data-copyable], next-route-announcer')) continue
      const range = document.createRange()
      range.selectNodeContents(words.currentNode)
      const problem = [...range.getClientRects()].map((rect) => problemOf(rect, element)).find((one) => one !== null)
      if (problem) found.add(`${element.closest('main > section')?.getAttribute('aria-label') ?? 'elsewhere'}: “${text.slice(0, 60)}” ${problem}`)
    }
    return [...found]
  })
}
