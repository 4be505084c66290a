import { useTranslations } from 'next-intl'
import { ActivityList } from '@/components/activity/activity-list'
import { activityPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { TextLink } from '@/components/ui/text-link'
import type { ActivityEntryView } from '@/lib/billing/views/activity-feed'

/** The last few things that happened. */
export function RecentActivity({ org, entries }: { org: string; entries: readonly ActivityEntryView[] }) {
  const t = useTranslations('overview')
  return (
    <Card flush footer={<TextLink href={activityPath(org)}>{t('seeActivity')}</TextLink>} title={t('lately')}>
      <ActivityList entries={entries} org={org} />
    </Card>
  )
}
