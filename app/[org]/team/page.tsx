import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { teamPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { TeamList } from '@/components/team/team-list'
import { TeamSearch } from '@/components/team/team-search'
import { Pagination } from '@/components/ui/pagination'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getSeatPrices } from '@/lib/billing/views/seats'
import { getTeam } from '@/lib/billing/views/team'
import { isId } from '@/lib/ids'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ before?: string | string[]; q?: string | string[] }> }

const LONGEST_QUERY = 200
/** So many are seen at a look. */
const FEW = 12

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('team')
  return { title: t('title') }
}

/** Members, roles and invitations. Everybody sees who is here; those who may change nothing are told who can. */
export default async function TeamPage({ params, searchParams }: Props) {
  const { org } = await params
  const { before = null, q = '' } = await searchParams
  const viewer = await requireViewer(org)
  if (before !== null && (typeof before !== 'string' || !isId('mem', before))) notFound()
  const query = (typeof q === 'string' ? q : '').trim().slice(0, LONGEST_QUERY)
  const { organization, member } = viewer
  const { members, next, size, seatPrices } = await readAs(viewer, async (tx, id) => ({
    ...(await getTeam(tx, id, { before, ...(query && { query }) })),
    seatPrices: await getSeatPrices(tx, id),
  }))
  const t = await getTranslations('team')
  return (
    <PageShell description={t('description')} title={t('title')}>
      {(size > FEW || query) && <TeamSearch org={org} query={query} />}
      <ClientMessages namespaces={['team']}>
        <TeamList
          members={members}
          query={query}
          size={size}
          org={org}
          seatPrices={seatPrices}
          organizationName={organization.name}
          viewer={{ memberId: member.id, role: member.role }}
        />
      </ClientMessages>
      <Pagination newer={before ? teamPath(org, { query }) : null} older={next ? teamPath(org, { query, before: next }) : null} />
    </PageShell>
  )
}
