import { type Instant, instant } from '@/lib/time'

/** `?period=2026-05-01T00:00:00Z`: null for the running period, `unknown` for what is no instant. */
export function periodChoice(value: string | readonly string[] | null | undefined): Instant | null | 'unknown' {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') return 'unknown'
  try {
    return instant(value)
  } catch {
    return 'unknown'
  }
}
