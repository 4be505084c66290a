'use client'

import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import clsx from 'clsx'
import { Check } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { OptionText, optionNames } from './option-text'

type Props = {
  label: ReactNode
  detail?: ReactNode
  reason?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  name?: string | undefined
}

/** Part of a form: counts when the form is sent. */
export function Checkbox({ label, detail, reason, checked, onChange, name }: Props) {
  const id = useId()
  const blocked = Boolean(reason)
  return (
    <label htmlFor={id} className={clsx('flex items-start gap-3', blocked && 'cursor-not-allowed')}>
      <BaseCheckbox.Root
        {...optionNames(id, Boolean(detail || reason))}
        {...(name !== undefined && { name })}
        aria-disabled={blocked || undefined}
        checked={checked}
        id={id}
        className={clsx(
          'relative mt-0.5 flex size-[18px] shrink-0 items-center justify-center rounded-sm border after:absolute after:-inset-1',
          blocked
            ? 'border-line bg-sunken text-muted'
            : 'border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent data-checked:text-on-accent',
        )}
        onCheckedChange={(next) => onChange(next)}
        readOnly={blocked}
      >
        <BaseCheckbox.Indicator>
          <Check aria-hidden className="size-3.5" strokeWidth={3} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <OptionText detail={detail} id={id} label={label} reason={reason} />
    </label>
  )
}
