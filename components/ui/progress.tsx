import clsx from 'clsx'
import type { ReactNode } from 'react'

type BarTone = 'accent' | 'ok' | 'warning' | 'danger'

const FILLS: Record<BarTone, string> = { accent: 'bg-accent', ok: 'bg-ok', warning: 'bg-warning', danger: 'bg-danger' }

type BarProps = {
  /** Names the bar for those who hear it. */
  label: string
  /** 0 to 100; more is drawn as full. `null` is not known: an empty bar. */
  percent: number | null
  /** The state in words: "24,000 of 30,000 calls used, 80 %". */
  valueText: string
  tone?: BarTone
  /** Small marks at these percents, e.g. where an alert is sent. */
  marks?: readonly number[]
  size?: 'sm' | 'md'
}

function Bar({ percent, tone = 'accent', marks = [], size = 'md' }: Omit<BarProps, 'label' | 'valueText'>) {
  const filled = Math.min(Math.max(percent ?? 0, 0), 100)
  return (
    <span className={clsx('relative block w-full overflow-hidden rounded-full bg-pressed forced-colors:border', size === 'sm' ? 'h-1.5' : 'h-2.5')}>
      <span
        className={clsx(
          'absolute inset-y-0 start-0 rounded-full transition-[width] duration-300 ease-out forced-colors:bg-[Highlight]',
          FILLS[tone],
          filled > 0 && 'min-w-1',
        )}
        style={{ width: `${filled}%` }}
      />
      {marks.map((mark) => (
        <span className="absolute inset-y-0 w-0.5 bg-surface" key={mark} style={{ insetInlineStart: `calc(${mark}% - 1px)` }} />
      ))}
    </span>
  )
}

function attributes({ label, percent, valueText }: Pick<BarProps, 'label' | 'percent' | 'valueText'>) {
  return {
    'aria-label': label,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    'aria-valuetext': valueText,
    ...(percent !== null && { 'aria-valuenow': Math.min(Math.max(Math.round(percent), 0), 100) }),
  }
}

/** Something on its way to an end: the allowance that a period uses up, a due date that comes nearer. */
export function Progress(props: BarProps) {
  return (
    <span {...attributes(props)} className="block" role="progressbar">
      <Bar {...props} />
    </span>
  )
}

/** A share at one moment that is not on its way: a member's part of the usage. */
export function Meter({ label, percent, valueText, ...bar }: Omit<BarProps, 'percent'> & { percent: number }) {
  return (
    <span className="relative block">
      <meter aria-label={label} aria-valuetext={valueText} className="sr-only" max={100} min={0} value={Math.min(Math.max(percent, 0), 100)} />
      <Bar percent={percent} size="sm" {...bar} />
    </span>
  )
}

type LabelledProps = BarProps & { start?: ReactNode; end?: ReactNode }

/** A bar with a line of text under it, start and end. */
export function ProgressWithText({ start, end, ...bar }: LabelledProps) {
  return (
    <div className="flex flex-col gap-2">
      <Progress {...bar} />
      {(start || end) && (
        <div className="figures flex flex-wrap justify-between gap-x-4 text-muted text-sm">
          <span>{start}</span>
          <span className="text-end">{end}</span>
        </div>
      )}
    </div>
  )
}
