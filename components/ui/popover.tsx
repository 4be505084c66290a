'use client'

import { type ReactNode, useId, useRef } from 'react'
import { type ButtonSize, type ButtonVariant, buttonStyle } from './button-style'
import { placePopover } from './popover-place'

type Props = { trigger: ReactNode; variant?: ButtonVariant; size?: ButtonSize; title: ReactNode; children: ReactNode }

/** An aside that opens by a press: how a figure was reached, what a word means. The browser's own popover, as in `Flyout`. */
export function Popover({ trigger, variant = 'ghost', size = 'sm', title, children }: Props) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button className={buttonStyle({ variant, size })} popoverTarget={id} ref={button} type="button">
        {trigger}
      </button>
      <div
        aria-labelledby={`${id}title`}
        className="fixed inset-auto m-0 w-80 overflow-y-auto rounded-lg border border-line bg-overlay p-4 text-ink text-sm shadow-popup"
        id={id}
        onBeforeToggle={(event) => placePopover(event, button.current, 'start')}
        popover="auto"
        role="dialog"
      >
        <p className="mb-2 font-semibold" id={`${id}title`}>
          {title}
        </p>
        {children}
      </div>
    </>
  )
}
