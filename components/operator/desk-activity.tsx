import { History } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { wordActivity, wordActor } from '@/components/activity/word-activity'
import { Card } from '@/components/ui/card'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { DeskActivityEntry } from '@/lib/billing/views/desk-organization'
import { deskInvoicePath, deskOrganizationPath } from './desk-routes'

type Props = { organization: string; entries: readonly DeskActivityEntry[]; whole?: boolean }

/** The customer's own activity, in the same words, and who of us it was. */
export function DeskActivity({ organization, entries, whole = false }: Props) {
  const t = useTranslations('desk.organization')
  return (
    <Card
      actions={!whole && <TextLink href={deskOrganizationPath(organization, 'activity')}>{t('allActivity')}</TextLink>}
      flush
      title={whole ? t('section.activity') : t('lately')}
    >
      {entries.length === 0 ? (
        <EmptyState icon={<History />} title={t('nothingYet')} />
      ) : (
        <ol className="divide-y divide-line">
          {entries.map((entry) => (
            <Entry entry={entry} key={entry.id} organization={organization} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function Entry({ entry, organization }: { entry: DeskActivityEntry; organization: string }) {
  const t = useTranslations('activity')
  const locale = useLocale()
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-5 py-2.5 text-sm sm:px-6">
      <span className="figures min-w-0 flex-1 basis-72 break-words">
        <What document={entry.facts.document} organization={organization} sentence={wordActivity(t, entry, locale)} />
      </span>
      <span className="flex flex-wrap gap-x-2 text-muted">
        <span className="wrap-anywhere">{entry.operator ?? wordActor(t, entry)}</span>
        <span aria-hidden>·</span>
        <DateTime at={entry.at} precision="minute" />
      </span>
    </li>
  )
}

/** The document's number is the way to it. */
function What({ sentence, document, organization }: { sentence: string; document: DeskActivityEntry['facts']['document']; organization: string }) {
  const [before, after] = document ? sentence.split(document.number, 2) : [sentence]
  if (!document || after === undefined) return sentence
  return (
    <>
      {before}
      <TextLink href={deskInvoicePath(organization, document.id)}>{document.number}</TextLink>
      {after}
    </>
  )
}
