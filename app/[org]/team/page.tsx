import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { teamPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { TeamList } from '@/components/team/team-list'
import { Pagination } from '@/components/ui/pagination'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getSeatPrices } from '@/lib/billing/views/seats'
import { getTeam } from '@/lib/billing/views/team'
import { isId } from '@/lib/ids'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ before?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('team')
  return { title: t('title') }
}

/** Members, roles and invitations. Everybody sees who is here; those who may change nothing are told who can. */
export default async function TeamPage({ params, searchParams }: Props) {
  const { org } = await params
  const { before = null } = await searchParams
  const viewer = await requireViewer(org)
  if (before !== null && (typeof before !== 'string' || !isId('mem', before))) notFound()
  const { organization, member } = viewer
  const { members, next, seatPrices } = await readAs(viewer, async (tx, id) => ({
    ...(await getTeam(tx, id, before)),
    seatPrices: await getSeatPrices(tx, id),
  }))
  const t = await getTranslations('team')
  return (
    <PageShell description={t('description')} title={t('title')}>
      <ClientMessages namespaces={['team']}>
        <TeamList
          isWhole={!before && !next}
          members={members}
          org={org}
          seatPrices={seatPrices}
          organizationName={organization.name}
          viewer={{ memberId: member.id, role: member.role }}
        />
      </ClientMessages>
      <Pagination newer={before ? teamPath(org) : null} older={next ? teamPath(org, next) : null} />
    </PageShell>
  )
}
