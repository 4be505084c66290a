'use client'

import clsx from 'clsx'
import { Check } from 'lucide-react'
import type { Route } from 'next'
import Link from 'next/link'
import { type MouseEvent, type ReactNode, useId, useRef } from 'react'
import { placePopover } from './popover-place'

type Props = {
  /** Names the trigger where its content does not. */
  label?: string | undefined
  trigger: ReactNode
  triggerClassName?: string | undefined
  align?: 'start' | 'end'
  className?: string | undefined
  children: ReactNode
}

/**
 * Links and settings behind a button: the browser's own popover, which closes by Escape and by a press elsewhere and gives the focus back. The
 * frame of every page uses it, because the library behind `Menu` would take a quarter of a page's script budget.
 */
export function Flyout({ label, trigger, triggerClassName, align = 'start', className, children }: Props) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)

  function closeAfterChoice(event: MouseEvent<HTMLDivElement>) {
    if (event.target instanceof Element && event.target.closest('a, button')) event.currentTarget.hidePopover()
  }

  return (
    <>
      <button aria-label={label} className={clsx('group', triggerClassName)} popoverTarget={id} ref={button} type="button">
        {trigger}
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the click is that of a link or button inside, which the keyboard makes too. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above; the panel itself does nothing. */}
      <div
        className={clsx('fixed inset-auto m-0 overflow-y-auto rounded-lg border border-line bg-overlay p-1 text-ink text-sm shadow-popup', className)}
        id={id}
        onBeforeToggle={(event) => placePopover(event, button.current, align)}
        onClick={closeAfterChoice}
        popover="auto"
      >
        {children}
      </div>
    </>
  )
}

const ROW =
  'flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-start text-sm -outline-offset-2 hover:bg-sunken [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted'

export function FlyoutHeading({ id, children }: { id?: string | undefined; children: ReactNode }) {
  return (
    <p className="px-2.5 pt-2 pb-1 text-muted text-xs" id={id}>
      {children}
    </p>
  )
}

export function FlyoutLink({ href, icon, current = false, children }: { href: Route; icon?: ReactNode; current?: boolean; children: ReactNode }) {
  return (
    <Link aria-current={current ? 'true' : undefined} className={ROW} href={href}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {current && <Check aria-hidden className="text-accent-ink!" />}
    </Link>
  )
}

export function FlyoutSubmit({ icon, children }: { icon?: ReactNode; children: ReactNode }) {
  return (
    <button className={ROW} type="submit">
      {icon}
      {children}
    </button>
  )
}

/** One of several that take effect at once and close the flyout; `current` is the present one. */
export function FlyoutButton({ current = false, onPress, children }: { current?: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button aria-pressed={current} className={ROW} onClick={onPress} type="button">
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {current && <Check aria-hidden className="text-accent-ink!" />}
    </button>
  )
}

type Choice<Value extends string> = { value: Value; label: string; icon?: ReactNode }

/** Choosing does not close: the effect is seen beside it. */
export function FlyoutChoices<Value extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string
  choices: readonly Choice<Value>[]
  value: Value
  onChange: (value: Value) => void
}) {
  const name = useId()
  return (
    <fieldset>
      <legend className="px-2.5 pt-2 pb-1 text-muted text-xs">{label}</legend>
      {choices.map((choice) => (
        <label className={clsx(ROW, 'cursor-pointer has-focus-visible:outline-2 has-focus-visible:outline-accent')} key={choice.value}>
          <input
            checked={choice.value === value}
            className="peer sr-only"
            name={name}
            onChange={() => onChange(choice.value)}
            type="radio"
            value={choice.value}
          />
          {choice.icon}
          <span className="flex-1">{choice.label}</span>
          <Check aria-hidden className="invisible text-accent-ink! peer-checked:visible" />
        </label>
      ))}
    </fieldset>
  )
}
