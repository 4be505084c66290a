'use client'

import { type ReactNode, useId } from 'react'

type Segment<Value extends string> = { value: Value; label: ReactNode; icon?: ReactNode }

type Props<Value extends string> = { label: string; segments: readonly Segment<Value>[]; value: Value; onChange: (value: Value) => void }

/** Two or three ways to see the same thing: month / year, chart / table. The browser's own radios, which weigh nothing. */
export function SegmentedControl<Value extends string>({ label, segments, value, onChange }: Props<Value>) {
  const name = useId()
  return (
    <div aria-label={label} className="inline-flex w-fit max-w-full gap-0.5 rounded-md border border-line bg-sunken p-0.5" role="radiogroup">
      {segments.map((segment) => (
        <label
          className="relative inline-flex min-h-7 cursor-pointer select-none items-center gap-1.5 whitespace-nowrap rounded-sm px-2.5 font-medium text-muted text-sm transition-colors hover:text-ink has-focus-visible:outline-2 has-checked:bg-surface has-checked:text-ink has-checked:shadow-control has-focus-visible:outline-accent dark:has-checked:bg-pressed [&_svg]:size-4"
          key={segment.value}
        >
          {/* Above the words and not seen, so that a press anywhere on the segment is one on the radio. */}
          <input
            checked={segment.value === value}
            className="absolute inset-0 size-full cursor-pointer appearance-none opacity-0"
            name={name}
            onChange={() => onChange(segment.value)}
            type="radio"
            value={segment.value}
          />
          {segment.icon}
          {segment.label}
        </label>
      ))}
    </div>
  )
}
