import { useLocale, useTranslations } from 'next-intl'
import { wordActivity, wordActor } from '@/components/activity/word-activity'
import { activityPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { DateTime } from '@/components/ui/date-time'
import { TextLink } from '@/components/ui/text-link'
import type { ActivityEntryView } from '@/lib/billing/views/activity-feed'

/** The last few things that happened, a line each. */
export function RecentActivity({ org, entries }: { org: string; entries: readonly ActivityEntryView[] }) {
  const t = useTranslations('overview')
  const words = useTranslations('activity')
  const locale = useLocale()
  return (
    <Card flush footer={<TextLink href={activityPath(org)}>{t('seeActivity')}</TextLink>} title={t('lately')}>
      {entries.length === 0 ? (
        <p className="px-5 py-6 text-muted sm:px-6">{t('latelyEmpty')}</p>
      ) : (
        <ol className="divide-y divide-line">
          {entries.map((entry) => (
            <li className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-5 py-3 text-sm sm:px-6" key={entry.id}>
              <span className="figures min-w-0 flex-1 basis-72 break-words font-medium">{wordActivity(words, entry, locale)}</span>
              <span className="flex flex-wrap gap-x-2 text-muted">
                <span>{wordActor(words, entry)}</span>
                <span aria-hidden>·</span>
                <DateTime at={entry.at} precision="minute" />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
