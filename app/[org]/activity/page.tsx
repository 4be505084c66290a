import { Download } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ActivityFilters } from '@/components/activity/activity-filters'
import { ActivityByDay } from '@/components/activity/activity-list'
import { PageShell } from '@/components/layout/page-shell'
import { activityCsvPath, activityPath, overviewPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { Pagination } from '@/components/ui/pagination'
import { readAs, readPastAs, requireViewer } from '@/lib/auth/session'
import { listActors } from '@/lib/billing/views/activity'
import { getActivityFeed } from '@/lib/billing/views/activity-feed'
import { readActivityFilter } from '@/lib/billing/views/activity-filter'
import { isId } from '@/lib/ids'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<Partial<Record<'before' | 'who' | 'kind', string | string[]>>> }

const PAGE_LENGTH = 50

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('activity')
  return { title: t('title') }
}

/** Who did what, when. Those who may not see it are told who can. */
export default async function ActivityPage({ params, searchParams }: Props) {
  const { org } = await params
  const query = await searchParams
  const { before } = query
  const viewer = await requireViewer(org)
  const t = await getTranslations('activity')
  if (!viewer.can('activity:read')) {
    return (
      <PageShell title={t('title')}>
        <Card title={t('closedTitle')}>
          <p className="max-w-prose text-muted">{t('closedBody', { organization: viewer.organization.name })}</p>
          <div>
            <LinkButton href={overviewPath(org)}>{t('closedAction')}</LinkButton>
          </div>
        </Card>
      </PageShell>
    )
  }
  if (before !== undefined && (typeof before !== 'string' || !isId('aud', before))) notFound()
  const filter = readActivityFilter(query)
  const asked = Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
  const isNarrowed = Object.keys(asked).length > 0
  const people = readAs(viewer, listActors)
  const { items, next } = await (before ? readPastAs : readAs)(viewer, (tx, id) => getActivityFeed(tx, id, { limit: PAGE_LENGTH, before, filter }))
  return (
    <PageShell
      actions={
        items.length > 0 && (
          <LinkButton document={activityCsvPath(org, asked)} download icon={<Download aria-hidden />}>
            {t('csv')}
          </LinkButton>
        )
      }
      description={t('description')}
      title={t('title')}
    >
      <ClientMessages namespaces={['activity']}>
        <Card flush title={t('caption')}>
          <ActivityFilters asked={asked} org={org} people={await people} />
          <ActivityByDay entries={items} isNarrowed={isNarrowed} org={org} />
        </Card>
      </ClientMessages>
      <Pagination newer={before ? activityPath(org, asked) : null} older={next ? activityPath(org, { ...asked, before: next }) : null} />
    </PageShell>
  )
}
