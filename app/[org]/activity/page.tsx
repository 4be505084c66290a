import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ActivityByDay } from '@/components/activity/activity-list'
import { PageShell } from '@/components/layout/page-shell'
import { activityPath, overviewPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { Pagination } from '@/components/ui/pagination'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getActivityFeed } from '@/lib/billing/views/activity-feed'
import { isId } from '@/lib/ids'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ before?: string | string[] }> }

const PAGE_LENGTH = 50

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('activity')
  return { title: t('title') }
}

/** Who did what, when. Those who may not see it are told who can. */
export default async function ActivityPage({ params, searchParams }: Props) {
  const { org } = await params
  const { before } = await searchParams
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
  const { items, next } = await readAs(viewer, (tx, id) => getActivityFeed(tx, id, { limit: PAGE_LENGTH, ...(before && { before }) }))
  return (
    <PageShell description={t('description')} title={t('title')}>
      <Card flush title={t('caption')}>
        <ActivityByDay entries={items} org={org} />
      </Card>
      <Pagination newer={before ? activityPath(org) : null} older={next ? activityPath(org, next) : null} />
    </PageShell>
  )
}
