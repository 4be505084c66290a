import { CircleAlert, CircleCheck, CircleDashed, Info, TriangleAlert } from 'lucide-react'
import type { Tone } from './tone'

const ICONS = { neutral: CircleDashed, ok: CircleCheck, info: Info, warning: TriangleAlert, danger: CircleAlert }

const COLORS: Record<Tone, string> = { neutral: 'text-muted', ok: 'text-ok-ink', info: 'text-info-ink', warning: 'text-warning-ink', danger: 'text-danger-ink' }

export function ToneIcon({ tone, className = 'size-4' }: { tone: Tone; className?: string }) {
  const Icon = ICONS[tone]
  return <Icon aria-hidden className={`shrink-0 ${COLORS[tone]} ${className}`} />
}
