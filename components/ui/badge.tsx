import clsx from 'clsx'
import type { ReactNode } from 'react'
import type { Tone } from './tone'
import { ToneIcon } from './tone-icon'

const TONES: Record<Tone | 'accent', string> = {
  neutral: 'border-line bg-sunken text-ink',
  accent: 'border-transparent bg-accent-soft text-accent-ink',
  ok: 'border-ok-line bg-ok-soft text-ok-ink',
  info: 'border-info-line bg-info-soft text-info-ink',
  warning: 'border-warning-line bg-warning-soft text-warning-ink',
  danger: 'border-danger-line bg-danger-soft text-danger-ink',
}

/** A word about a thing that is not its state: "Current", "Upgrade", "Owner". */
export function Badge({ tone = 'neutral', children }: { tone?: Tone | 'accent'; children: ReactNode }) {
  return (
    <span className={clsx('inline-flex items-center gap-1 whitespace-nowrap rounded-full border px-2 font-medium text-xs leading-5', TONES[tone])}>
      {children}
    </span>
  )
}

/** The state of a thing: an icon and a word, "Paid", "Past due". */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="inline-flex items-baseline gap-1.5 text-start text-sm">
      <ToneIcon className="size-4 self-center" tone={tone} />
      {children}
    </span>
  )
}
