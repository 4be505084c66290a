'use client'

import { Radio } from '@base-ui/react/radio'
import { RadioGroup as BaseRadioGroup } from '@base-ui/react/radio-group'
import clsx from 'clsx'
import { type ReactNode, useId } from 'react'
import { OptionText, type OptionWords, optionControl } from './option-text'

export type RadioOption<Value extends string> = OptionWords & {
  value: Value
  /** Stands at the end of the line: a price, a date. */
  aside?: ReactNode
}

type Props<Value extends string> = {
  label: ReactNode
  hideLabel?: boolean
  options: readonly RadioOption<Value>[]
  value: Value | null
  onChange: (value: Value) => void
  name?: string | undefined
}

/** One of a few, all of them in sight, each with what it means. */
export function RadioGroup<Value extends string>({ label, hideLabel = false, options, value, onChange, name }: Props<Value>) {
  const id = useId()
  return (
    <div className="flex flex-col gap-2">
      <span className={clsx('font-medium text-sm', hideLabel && 'sr-only')} id={id}>
        {label}
      </span>
      <BaseRadioGroup
        aria-labelledby={id}
        className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
        onValueChange={(next) => onChange(next as Value)}
        value={value}
        {...(name !== undefined && { name })}
      >
        {options.map((option) => {
          const optionId = `${id}${option.value}`
          const blocked = Boolean(option.reason)
          return (
            <label
              className={clsx(
                'flex items-start gap-3 px-4 py-3 has-data-checked:bg-accent-soft',
                blocked ? 'cursor-not-allowed' : 'cursor-pointer hover:bg-sunken',
              )}
              htmlFor={optionId}
              key={option.value}
            >
              <Radio.Root
                {...optionControl(optionId, option)}
                className={clsx(
                  'relative mt-0.5 flex size-[18px] shrink-0 items-center justify-center rounded-full border after:absolute after:-inset-1',
                  blocked ? 'border-line bg-sunken' : 'border-line-strong bg-surface data-checked:border-accent',
                )}
                value={option.value}
              >
                <Radio.Indicator className="size-2.5 rounded-full bg-accent" />
              </Radio.Root>
              <OptionText detail={option.detail} id={optionId} label={option.label} reason={option.reason} />
              {option.aside && <span className="figures shrink-0 text-end text-sm">{option.aside}</span>}
            </label>
          )
        })}
      </BaseRadioGroup>
    </div>
  )
}
