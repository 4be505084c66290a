'use client'

import clsx from 'clsx'
import { ChevronsUpDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { CONTROL_STYLE, Field, type FieldProps } from './field'

export type SelectOption<Value extends string> = {
  value: Value
  label: string
  /** What the choice means; shown under the control while it is the chosen one. */
  detail?: string
}

type Props<Value extends string> = FieldProps &
  Pick<ComponentProps<'select'>, 'name' | 'autoComplete'> & {
    options: readonly SelectOption<Value>[]
    value: Value
    onChange: (value: Value) => void
  }

/** One of several, by the system's own list, which every phone knows. For two or three use `SegmentedControl` or `RadioGroup`, which show them all. */
export function Select<Value extends string>({ options, value, onChange, hint, label, error, optional, required, className, ...select }: Props<Value>) {
  const chosen = options.find((option) => option.value === value)
  return (
    <Field className={className} error={error} hint={chosen?.detail ?? hint} label={label} optional={optional} required={required}>
      {(control) => (
        <span className="relative flex">
          <select
            {...select}
            {...control}
            className={clsx(CONTROL_STYLE, 'appearance-none pe-9')}
            onChange={(event) => {
              const next = options.find((option) => option.value === event.target.value)
              if (next) onChange(next.value)
            }}
            value={value}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronsUpDown aria-hidden className="pointer-events-none absolute end-3 top-1/2 size-4 -translate-y-1/2 text-muted" />
        </span>
      )}
    </Field>
  )
}
