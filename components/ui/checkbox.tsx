'use client'

import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import clsx from 'clsx'
import { Check } from 'lucide-react'
import { useId } from 'react'
import { OptionText, type ToggleProps, toggleControl } from './option-text'

/** Part of a form: counts when the form is sent. */
export function Checkbox(props: ToggleProps) {
  const id = useId()
  const { label, detail, reason } = props
  return (
    <label className={clsx('flex items-start gap-3', reason && 'cursor-not-allowed')} htmlFor={id}>
      <BaseCheckbox.Root
        {...toggleControl(id, props)}
        className={clsx(
          'relative mt-0.5 flex size-[18px] shrink-0 items-center justify-center rounded-sm border after:absolute after:-inset-1',
          reason
            ? 'border-line bg-sunken text-muted'
            : 'border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent data-checked:text-on-accent',
        )}
      >
        <BaseCheckbox.Indicator>
          <Check aria-hidden className="size-3.5" strokeWidth={3} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <OptionText detail={detail} id={id} label={label} reason={reason} />
    </label>
  )
}
