'use client'

import { Switch as BaseSwitch } from '@base-ui/react/switch'
import clsx from 'clsx'
import { type ReactNode, useId } from 'react'
import { OptionText, optionNames } from './option-text'

type Props = {
  label: ReactNode
  /** What will happen while it is on, in one sentence. */
  detail?: ReactNode
  /** Why it cannot be moved; being given makes it so. */
  reason?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  name?: string | undefined
}

/** Takes effect at once when moved. In a form that is sent later, use a `Checkbox`. */
export function Switch({ label, detail, reason, checked, onChange, name }: Props) {
  const id = useId()
  const blocked = Boolean(reason)
  return (
    <label htmlFor={id} className={clsx('flex items-start justify-between gap-4', blocked && 'cursor-not-allowed')}>
      <OptionText detail={detail} id={id} label={label} reason={reason} />
      <BaseSwitch.Root
        {...optionNames(id, Boolean(detail || reason))}
        {...(name !== undefined && { name })}
        aria-disabled={blocked || undefined}
        checked={checked}
        id={id}
        className={clsx(
          'mt-px flex h-6 w-10 shrink-0 rounded-full border p-[3px] transition-colors duration-150',
          blocked ? 'border-line bg-sunken' : 'border-line-strong bg-sunken data-checked:border-accent data-checked:bg-accent',
        )}
        onCheckedChange={(next) => onChange(next)}
        readOnly={blocked}
      >
        <BaseSwitch.Thumb
          className={clsx(
            'size-4 rounded-full transition-[translate,background-color] duration-150 ease-out data-checked:translate-x-4 rtl:data-checked:-translate-x-4',
            blocked ? 'bg-line-strong' : 'bg-line-strong data-checked:bg-on-accent',
          )}
        />
      </BaseSwitch.Root>
    </label>
  )
}
