'use client'

import { Switch as BaseSwitch } from '@base-ui/react/switch'
import clsx from 'clsx'
import { useId } from 'react'
import { OptionText, type ToggleProps, toggleControl } from './option-text'

/** Takes effect at once when moved; its `detail` says in one sentence what happens while it is on. In a form that is sent later, use a `Checkbox`. */
export function Switch(props: ToggleProps) {
  const id = useId()
  const { label, detail, reason } = props
  return (
    <label className={clsx('flex items-start justify-between gap-4', reason && 'cursor-not-allowed')} htmlFor={id}>
      <OptionText detail={detail} id={id} label={label} reason={reason} />
      <BaseSwitch.Root
        {...toggleControl(id, props)}
        className={clsx(
          'mt-px flex h-6 w-10 shrink-0 rounded-full border p-[3px] transition-colors duration-150',
          reason ? 'border-line bg-sunken' : 'border-line-strong bg-sunken data-checked:border-accent data-checked:bg-accent',
        )}
      >
        <BaseSwitch.Thumb
          className={clsx(
            'size-4 rounded-full bg-line-strong transition-[translate,background-color] duration-150 ease-out data-checked:translate-x-4 rtl:data-checked:-translate-x-4',
            !reason && 'data-checked:bg-on-accent',
          )}
        />
      </BaseSwitch.Root>
    </label>
  )
}
