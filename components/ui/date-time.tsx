import { useLocale } from 'next-intl'
import { formatDate, formatInstant, formatTime } from './format-date'

type Props = { at: string; precision?: keyof typeof FORMATS }

const FORMATS = { day: formatDate, minute: formatInstant, time: formatTime }

/** An instant (ISO 8601) as a person reads it, in UTC: "May 6, 2026", or with the minute and the zone: "May 6, 2026, 00:00 UTC"; or under a heading that says the day: "00:00 UTC". */
export function DateTime({ at, precision = 'day' }: Props) {
  const locale = useLocale()
  return (
    <time className="figures" dateTime={at}>
      {FORMATS[precision](at, locale)}
    </time>
  )
}
