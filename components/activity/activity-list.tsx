import { History } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { invoicePath } from '@/components/layout/routes'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { ActivityEntryView } from '@/lib/billing/views/activity-feed'
import { wordActivity, wordActor } from './word-activity'

/** What happened, who did it and when, a line each; inside a card that is flush. */
export function ActivityList({ org, entries }: { org: string; entries: readonly ActivityEntryView[] }) {
  const t = useTranslations('activity')
  if (entries.length === 0) {
    return (
      <EmptyState icon={<History />} title={t('emptyTitle')}>
        {t('emptyBody')}
      </EmptyState>
    )
  }
  return (
    <ol className="@container divide-y divide-line">
      {entries.map((entry) => (
        <li className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-5 py-3 text-sm sm:px-6" key={entry.id}>
          <span className="figures min-w-0 flex-1 basis-72 break-words">
            <What entry={entry} org={org} />
          </span>
          <span className="flex flex-wrap gap-x-2 text-muted">
            <span>{wordActor(t, entry)}</span>
            <span aria-hidden className="@max-sm:hidden">
              ·
            </span>
            <DateTime at={entry.at} precision="minute" />
          </span>
        </li>
      ))}
    </ol>
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
