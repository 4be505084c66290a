'use client'

import { Select as BaseSelect } from '@base-ui/react/select'
import clsx from 'clsx'
import { Check, ChevronsUpDown } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { CONTROL_STYLE, Field, type FieldProps } from './field'

export type SelectOption<Value extends string> = {
  value: Value
  label: string
  /** A second, quieter line. Where the option cannot be chosen, it says why. */
  detail?: ReactNode
  blocked?: boolean
}

type Props<Value extends string> = FieldProps & {
  options: readonly SelectOption<Value>[]
  value: Value | null
  onChange: (value: Value) => void
  placeholder?: string | undefined
  name?: string | undefined
}

/** One of several. For two or three use `SegmentedControl` or `RadioGroup`, which show them all. */
export function Select<Value extends string>({ options, value, onChange, placeholder, name, label, ...field }: Props<Value>) {
  const labelId = useId()
  return (
    <Field {...field} label={<span id={labelId}>{label}</span>}>
      {(control) => (
        <BaseSelect.Root
          id={control.id}
          items={options as SelectOption<Value>[]}
          modal={false}
          {...(name !== undefined && { name })}
          onValueChange={(next: Value | null) => next !== null && onChange(next)}
          value={value}
        >
          <BaseSelect.Trigger
            aria-describedby={control['aria-describedby']}
            aria-invalid={control['aria-invalid']}
            aria-labelledby={labelId}
            className={clsx(CONTROL_STYLE, 'flex items-center justify-between gap-2 text-start')}
          >
            <BaseSelect.Value className="min-w-0 truncate data-placeholder:text-muted" placeholder={placeholder} />
            <BaseSelect.Icon>
              <ChevronsUpDown aria-hidden className="size-4 text-muted" />
            </BaseSelect.Icon>
          </BaseSelect.Trigger>
          <BaseSelect.Portal>
            <BaseSelect.Positioner alignItemWithTrigger={false} className="outline-none" collisionPadding={8} sideOffset={6}>
              <BaseSelect.Popup className="max-h-[min(var(--available-height),24rem)] min-w-(--anchor-width) max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg border border-line bg-overlay p-1 shadow-popup outline-none">
                <BaseSelect.List>
                  {options.map((option) => (
                    <BaseSelect.Item
                      className="grid min-h-8 cursor-default select-none grid-cols-[1fr_1rem] items-center gap-x-3 rounded-md px-2.5 py-1.5 text-sm outline-none data-disabled:text-muted data-highlighted:bg-sunken"
                      disabled={option.blocked ?? false}
                      key={option.value}
                      label={option.label}
                      value={option.value}
                    >
                      <BaseSelect.ItemText className="min-w-0">{option.label}</BaseSelect.ItemText>
                      <BaseSelect.ItemIndicator className="col-start-2 row-start-1">
                        <Check aria-hidden className="size-4 text-accent-ink" />
                      </BaseSelect.ItemIndicator>
                      {option.detail && <span className="col-start-1 text-muted text-xs">{option.detail}</span>}
                    </BaseSelect.Item>
                  ))}
                </BaseSelect.List>
              </BaseSelect.Popup>
            </BaseSelect.Positioner>
          </BaseSelect.Portal>
        </BaseSelect.Root>
      )}
    </Field>
  )
}
