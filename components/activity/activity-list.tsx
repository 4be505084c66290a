import { History } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { invoicePath } from '@/components/layout/routes'
import { Badge } from '@/components/ui/badge'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDate } from '@/components/ui/format-date'
import { TextLink } from '@/components/ui/text-link'
import type { ActivityEntryView } from '@/lib/billing/views/activity-feed'
import { wordActivity, wordActor, wordChanges } from './word-activity'

type Props = { org: string; entries: readonly ActivityEntryView[] /** There may be others. */; isNarrowed?: boolean }

/** What happened, who did it and when, a line each; inside a card that is flush. */
export function ActivityList({ org, entries, isNarrowed = false }: Props) {
  const t = useTranslations('activity')
  if (entries.length === 0) {
    return (
      <EmptyState icon={<History />} title={t(isNarrowed ? 'noneTitle' : 'emptyTitle')}>
        {t(isNarrowed ? 'noneBody' : 'emptyBody')}
      </EmptyState>
    )
  }
  return <Entries entries={entries} org={org} precision="minute" />
}

/** The same under a heading for each day, where there is something to list. */
export function ActivityByDay({ org, entries, isNarrowed }: Props) {
  const locale = useLocale()
  if (entries.length === 0) return <ActivityList entries={entries} isNarrowed={isNarrowed ?? false} org={org} />
  const days = new Map<string, ActivityEntryView[]>()
  for (const entry of entries) {
    const day = formatDate(entry.at, locale)
    days.set(day, [...(days.get(day) ?? []), entry])
  }
  return [...days].map(([day, ofDay]) => (
    <section aria-label={day} className="border-line not-first:border-t" key={day}>
      <h3 className="bg-sunken px-5 py-2 font-semibold text-sm sm:px-6">{day}</h3>
      <Entries entries={ofDay} org={org} precision="time" />
    </section>
  ))
}

function Entries({ org, entries, precision }: Props & { precision: 'minute' | 'time' }) {
  const t = useTranslations('activity')
  return (
    <ol className="@container divide-y divide-line">
      {entries.map((entry) => (
        <li className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-5 py-3 text-sm sm:px-6" key={entry.id}>
          <span className="figures min-w-0 flex-1 basis-72 break-words">
            <What entry={entry} org={org} />
            <Changes entry={entry} />
          </span>
          <span className="flex flex-wrap gap-x-2 text-muted">
            {entry.actor.kind === 'operator' ? <Badge>{wordActor(t, entry)}</Badge> : <bdi>{wordActor(t, entry)}</bdi>}
            <span aria-hidden className="@max-sm:hidden">
              ·
            </span>
            <DateTime at={entry.at} precision={precision} />
          </span>
        </li>
      ))}
    </ol>
  )
}

/** From what to what, under the sentence. */
function Changes({ entry }: { entry: ActivityEntryView }) {
  const t = useTranslations('activity')
  const locale = useLocale()
  const lines = wordChanges(t, entry, locale)
  if (lines.length === 0) return null
  return (
    <ul className="text-muted">
      {lines.map((line) => (
        <li className="wrap-anywhere" key={line}>
          {line}
        </li>
      ))}
    </ul>
  )
}

/** The sentence, with the document's number as the way to it. */
function What({ entry, org }: { entry: ActivityEntryView; org: string }) {
  const t = useTranslations('activity')
  const locale = useLocale()
  const sentence = wordActivity(t, entry, locale)
  const { document } = entry.facts
  const [before, after] = document ? sentence.split(document.number, 2) : [sentence]
  if (!document || after === undefined) return sentence
  return (
    <>
      {before}
      <TextLink href={invoicePath(org, document.id)}>{document.number}</TextLink>
      {after}
    </>
  )
}
