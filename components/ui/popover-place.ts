import type { ToggleEvent } from 'react'

const GAP = 6
const EDGE = 8
/** Below this it opens upwards where there is more room. */
const ENOUGH = 160

/** Puts an opening popover at `anchor`, where there is room, inside the window. For `onBeforeToggle`. */
export function placePopover(event: ToggleEvent<HTMLElement>, anchor: HTMLElement | null, align: 'start' | 'end'): void {
  if (event.newState !== 'open' || !anchor) return
  const panel = event.currentTarget
  const box = anchor.getBoundingClientRect()
  const { clientWidth, clientHeight } = document.documentElement
  const atLeft = (align === 'start') === (getComputedStyle(panel).direction === 'ltr')
  const below = clientHeight - box.bottom
  const upwards = below < ENOUGH && box.top > below
  const width = Math.max(Number.parseFloat(getComputedStyle(panel).width) || 0, box.width) // NaN where its content decides.
  const start = atLeft ? box.left : clientWidth - box.right
  const inset = `${Math.max(Math.min(start, clientWidth - width - EDGE), EDGE)}px`
  panel.style.left = atLeft ? inset : 'auto'
  panel.style.right = atLeft ? 'auto' : inset
  panel.style.top = upwards ? 'auto' : `${box.bottom + GAP}px`
  panel.style.bottom = upwards ? `${clientHeight - box.top + GAP}px` : 'auto'
  panel.style.minWidth = `${box.width}px`
  panel.style.maxWidth = `${clientWidth - 2 * EDGE}px`
  panel.style.maxHeight = `${(upwards ? box.top : below) - GAP - EDGE}px`
}
