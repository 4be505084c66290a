import type { ReactNode } from 'react'

/** What is said about a switch, a box or a radio: its name, what it does, and why it cannot be moved; being given a reason makes it so. */
export type OptionWords = { label: ReactNode; detail?: ReactNode; reason?: ReactNode }

/** A switch or a box, which is either on or off. */
export type ToggleProps = OptionWords & { checked: boolean; onChange: (checked: boolean) => void; name?: string | undefined }

/** What stands beside the control. */
export function OptionText({ id, label, detail, reason }: OptionWords & { id: string }) {
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-0.5">
      <span className="font-medium text-sm" id={`${id}label`}>
        {label}
      </span>
      {(detail || reason) && (
        <span className="flex flex-col gap-0.5 text-muted text-sm" id={`${id}detail`}>
          {detail && <span>{detail}</span>}
          {reason && <span>{reason}</span>}
        </span>
      )}
    </span>
  )
}

/** The control's own part: named by its words, and reachable by keyboard even where it cannot be moved, so that the reason can be heard. */
export function optionControl(id: string, { detail, reason }: Pick<OptionWords, 'detail' | 'reason'>) {
  const blocked = Boolean(reason)
  return {
    id,
    'aria-labelledby': `${id}label`,
    ...((detail || reason) && { 'aria-describedby': `${id}detail` }),
    'aria-disabled': blocked || undefined,
    readOnly: blocked,
  }
}

/** The same for what is on or off. */
export function toggleControl(id: string, { checked, onChange, name, ...words }: ToggleProps) {
  return { ...optionControl(id, words), ...(name !== undefined && { name }), checked, onCheckedChange: (next: boolean) => onChange(next) }
}
