import type { ReactNode } from 'react'

/** What stands beside a switch, a box or a radio: its name, what it does, and why it cannot be moved. */
export function OptionText({ id, label, detail, reason }: { id: string; label: ReactNode; detail?: ReactNode; reason?: ReactNode }) {
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

export function optionNames(id: string, described: boolean) {
  return { 'aria-labelledby': `${id}label`, ...(described && { 'aria-describedby': `${id}detail` }) }
}
