import { type Browser, expect, type Locator } from '@playwright/test'

/**
 * The stories without a mouse: what a story presses, fills in and chooses is gone to with Tab and the arrows, seen to have the focus, and worked
 * with the keys that a person would use. What no key reaches, or what does not show its focus, fails the story.
 */

/** Whole pages have fewer stops than this, the longest list included. */
const MOST_STEPS = 400

type Kind = 'button' | 'toggle' | 'field' | 'day' | 'choice'
type Step = { arrived: true; kind: Kind; isSeen: boolean } | { arrived: false; key: string }

/** One look at the page: has the focus arrived at what is meant, and if not, which key brings it nearer? Runs in the browser. */
function look(meant: Element): Step {
  const STOPS = 'a[href], button, summary, input, select, textarea, [tabindex]:not([tabindex="-1"]), [role^=menuitem], [role=tab], [role=radio]'
  const control = (meant instanceof HTMLLabelElement ? meant.control : null) ?? meant.closest(STOPS)
  if (!control) throw new Error(`No key reaches ${meant.outerHTML.slice(0, 200)}`)
  const active = document.activeElement ?? document.body
  if (control === active) return { arrived: true, kind: kindOf(control), isSeen: isSeen(control) }
  if (control.matches('[role^=menuitem]')) return { arrived: false, key: 'ArrowDown' }
  if (groupOf(control) !== null && groupOf(control) === groupOf(active))
    return { arrived: false, key: control.matches('[role=tab]') ? 'ArrowRight' : 'ArrowDown' }
  const isBehind = active !== document.body && (active.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_PRECEDING) !== 0
  return { arrived: false, key: isBehind ? 'Shift+Tab' : 'Tab' }

  function kindOf(element: Element): Kind {
    if (element instanceof HTMLSelectElement) return 'choice'
    if (element.matches('input[type=checkbox], input[type=radio], [role=checkbox], [role=radio], [role=switch]')) return 'toggle'
    if (element.matches('input[type=date]')) return 'day'
    return element.matches('input:not([type=submit], [type=button]), textarea') ? 'field' : 'button'
  }

  /** Radios and tabs are one stop together; the arrows go from one to the next. */
  function groupOf(element: Element): Element | string | null {
    if (element instanceof HTMLInputElement) return element.type === 'radio' ? element.name : null
    return element.matches('[role=radio], [role=tab]') ? element.closest('[role=radiogroup], [role=tablist]') : null
  }

  /** By an outline, on the control or on what is drawn around it; in a menu by the ground. */
  function isSeen(element: Element): boolean {
    if (element.matches('[role^=menuitem]')) return element.hasAttribute('data-highlighted')
    const around = [element, element.parentElement, element.parentElement?.parentElement, element.closest('label')]
    return around.some((one) => {
      if (!one) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
    })
  }
}

/** Goes there as a person without a mouse does, and sees the focus arrive. */
export async function tabTo(wanted: Locator): Promise<Kind> {
  await expect(wanted).toBeEnabled()
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const step = await wanted.evaluate(look)
    if (!step.arrived) await wanted.page().keyboard.press(step.key)
    else {
      expect(step.isSeen, 'the focus is seen').toBe(true)
      return step.kind
    }
  }
  throw new Error('No key got there')
}

/** Goes there and does what a click does. */
export async function press(wanted: Locator, times = 1): Promise<void> {
  const kind = await tabTo(wanted)
  for (let time = 0; time < times; time++) await wanted.page().keyboard.press(kind === 'toggle' ? 'Space' : 'Enter')
}

async function tick(wanted: Locator): Promise<void> {
  await tabTo(wanted) // Arriving at a radio by the arrows chooses it already.
  if (!(await wanted.isChecked())) await wanted.page().keyboard.press('Space')
  await expect(wanted).toBeChecked()
}

async function fill(wanted: Locator, value: string): Promise<void> {
  const { keyboard } = wanted.page()
  if ((await tabTo(wanted)) === 'day') {
    const [year = '', month = '', day = ''] = value.split('-')
    await keyboard.type(`${month}${day}${year}`) // As the browser of an American asks for it.
    return expect(wanted).toHaveValue(value)
  }
  await keyboard.press('Control+A')
  await keyboard.press('Delete')
  await keyboard.type(value)
}

async function choose(wanted: Locator, option: string): Promise<string[]> {
  await tabTo(wanted)
  await wanted.page().keyboard.type(option)
  const isChosen = ([chosen]: readonly { value: string; label: string }[]) => chosen?.value === option || chosen?.label === option
  await expect.poll(async () => isChosen(await wanted.evaluate(chosenOf)), `${option} is chosen`).toBe(true)
  return [option]
}

function chosenOf(select: Element): { value: string; label: string }[] {
  return select instanceof HTMLSelectElement ? [...select.selectedOptions].map(({ value, label }) => ({ value, label })) : []
}

/** From here on every locator of this process is worked by keys; the answer takes it back. */
export async function takeTheMouseAway(browser: Browser): Promise<() => void> {
  const page = await browser.newPage()
  const locators = Object.getPrototypeOf(page.locator('body')) as Record<string, unknown>
  await page.close()
  const { click, dblclick, fill: filled, check, selectOption } = locators
  Object.assign(locators, {
    click(this: Locator) {
      return press(this)
    },
    dblclick(this: Locator) {
      return press(this, 2)
    },
    check(this: Locator) {
      return tick(this)
    },
    fill(this: Locator, value: string) {
      return fill(this, value)
    },
    selectOption(this: Locator, option: string) {
      return choose(this, option)
    },
  })
  return () => {
    Object.assign(locators, { click, dblclick, fill: filled, check, selectOption })
  }
}
