import type { UsageDay, UsageSeries } from '@/components/charts/usage-series'

export const SERIES: UsageSeries[] = [
  { id: 'production', label: 'production' },
  { id: 'staging', label: 'staging' },
  { id: 'nightly', label: 'nightly-import' },
  { id: 'rest', label: 'Other keys' },
]

/** Thirty days, the first nineteen of them used: weekdays busy, weekends quiet, one spike. */
export const DAYS: UsageDay[] = Array.from({ length: 30 }, (_, index) => {
  const day = `2026-05-${String(index + 1).padStart(2, '0')}`
  if (index > 18) return { day, units: null }
  const weekend = (index + 4) % 7 > 4
  const spike = index === 12 ? 2400 : 0
  return {
    day,
    units: {
      production: (weekend ? 310 : 840) + ((index * 37) % 130) + spike,
      staging: (weekend ? 40 : 210) + ((index * 53) % 90),
      nightly: 120 + ((index * 17) % 40),
      rest: (index * 29) % 70,
    },
  }
})

export const EMPTY_DAYS: UsageDay[] = DAYS.map(({ day, units }) => ({ day, units: units && {} }))
