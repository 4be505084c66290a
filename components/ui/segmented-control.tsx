'use client'

import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import type { ReactNode } from 'react'

type Segment<Value extends string> = { value: Value; label: ReactNode; icon?: ReactNode }

type Props<Value extends string> = { label: string; segments: readonly Segment<Value>[]; value: Value; onChange: (value: Value) => void }

/** Two or three ways to see the same thing: month / year, chart / table. */
export function SegmentedControl<Value extends string>({ label, segments, value, onChange }: Props<Value>) {
  return (
    <RadioGroup
      aria-label={label}
      className="inline-flex w-fit max-w-full gap-0.5 rounded-md border border-line bg-sunken p-0.5"
      onValueChange={(next) => onChange(next as Value)}
      value={value}
    >
      {segments.map((segment) => (
        <Radio.Root
          className="inline-flex min-h-7 cursor-pointer select-none items-center gap-1.5 whitespace-nowrap rounded-sm px-2.5 font-medium text-muted text-sm transition-colors hover:text-ink data-checked:bg-surface data-checked:text-ink data-checked:shadow-control dark:data-checked:bg-pressed [&_svg]:size-4"
          key={segment.value}
          value={segment.value}
        >
          {segment.icon}
          {segment.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  )
}
