import { History } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { invoicePath } from '@/components/layout/routes'
import { type Column, DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { ActivityEntryView } from '@/lib/billing/views/activity-feed'
import { wordActivity, wordActor } from './word-activity'

/** Who did what and when, as a table with room and as a list without. */
export function ActivityList({ org, entries }: { org: string; entries: readonly ActivityEntryView[] }) {
  const t = useTranslations('activity')
  const columns: Column<ActivityEntryView>[] = [
    { id: 'what', header: t('what'), rowHeader: true, cell: (entry) => <What entry={entry} org={org} /> },
    { id: 'who', header: t('who'), cell: (entry) => <span className="break-words">{wordActor(t, entry)}</span> },
    {
      id: 'when',
      header: t('when'),
      align: 'end',
      cell: (entry) => (
        <span className="whitespace-nowrap text-muted">
          <DateTime at={entry.at} precision="minute" />
        </span>
      ),
    },
  ]
  return (
    <DataTable
      caption={t('caption')}
      columns={columns}
      empty={
        <EmptyState icon={<History />} title={t('emptyTitle')}>
          {t('emptyBody')}
        </EmptyState>
      }
      inset
      rowKey={(entry) => entry.id}
      rows={entries}
    />
  )
}

/** The sentence, with the document's number as the way to it. */
function What({ entry, org }: { entry: ActivityEntryView; org: string }) {
  const t = useTranslations('activity')
  const locale = useLocale()
  const sentence = wordActivity(t, entry, locale)
  const { document } = entry.facts
  const [before, after] = document ? sentence.split(document.number, 2) : [sentence]
  if (!document || after === undefined) return <span className="figures break-words">{sentence}</span>
  return (
    <span className="figures break-words">
      {before}
      <TextLink href={invoicePath(org, document.id)}>{document.number}</TextLink>
      {after}
    </span>
  )
}
