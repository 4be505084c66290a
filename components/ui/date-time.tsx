import { useLocale } from 'next-intl'
import { formatDate, formatInstant } from './format-date'

type Props = { at: string; precision?: 'day' | 'minute' }

/** An instant (ISO 8601) as a person reads it, in UTC: "May 6, 2026", or with the minute and the zone: "May 6, 2026, 00:00 UTC". */
export function DateTime({ at, precision = 'day' }: Props) {
  const locale = useLocale()
  return (
    <time className="figures" dateTime={at}>
      {precision === 'day' ? formatDate(at, locale) : formatInstant(at, locale)}
    </time>
  )
}
