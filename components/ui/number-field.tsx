'use client'

import { NumberField as BaseNumberField } from '@base-ui/react/number-field'
import { Minus, Plus } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { Field, type FieldProps } from './field'

type Props = FieldProps & {
  value: number | null
  onChange: (value: number | null) => void
  min?: number | undefined
  max?: number | undefined
  step?: number | undefined
  name?: string | undefined
}

const STEP =
  'flex w-10 items-center justify-center text-muted hover:bg-sunken hover:text-ink data-disabled:opacity-40 data-disabled:hover:bg-transparent [&_svg]:size-4'

/** A count (seats, calls) with steps; never money, which is typed as text and read as a decimal string. */
export function NumberField({ value, onChange, min, max, step, name, ...field }: Props) {
  const t = useTranslations('ui')
  const locale = useLocale()
  return (
    <Field {...field}>
      {(control) => (
        <BaseNumberField.Root
          id={control.id}
          locale={locale}
          {...(min !== undefined && { min })}
          {...(max !== undefined && { max })}
          {...(step !== undefined && { step })}
          {...(name !== undefined && { name })}
          onValueChange={(next) => onChange(next)}
          value={value}
        >
          <BaseNumberField.Group className="flex w-fit overflow-hidden rounded-md border border-line-strong bg-surface shadow-control focus-within:outline-2 focus-within:outline-accent">
            <BaseNumberField.Decrement aria-label={t('decrease')} className={STEP}>
              <Minus aria-hidden />
            </BaseNumberField.Decrement>
            <BaseNumberField.Input
              aria-describedby={control['aria-describedby']}
              aria-invalid={control['aria-invalid']}
              className="figures min-h-9 w-24 border-line border-x bg-transparent px-2 text-center text-base outline-none sm:text-sm"
            />
            <BaseNumberField.Increment aria-label={t('increase')} className={STEP}>
              <Plus aria-hidden />
            </BaseNumberField.Increment>
          </BaseNumberField.Group>
        </BaseNumberField.Root>
      )}
    </Field>
  )
}
