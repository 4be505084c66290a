import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { deskOrganizationsPath } from '@/components/operator/desk-routes'
import { OrganizationSearch, OrganizationTable } from '@/components/operator/organization-list'
import { Pagination } from '@/components/ui/pagination'
import { inEnginePage } from '@/db/history'
import { requireOperator } from '@/lib/auth/present-operator'
import { listDeskOrganizations } from '@/lib/billing/views/desk-organizations'
import { isId } from '@/lib/ids'

type Props = { searchParams: Promise<{ q?: string | string[]; before?: string | string[] }> }

const LONGEST_QUERY = 200

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organizations')
  return { title: t('title') }
}

/** Everybody who is a customer, found by whatever one has of them. */
export default async function DeskOrganizationsPage({ searchParams }: Props) {
  const { q, before } = await searchParams
  await requireOperator()
  if (before !== undefined && (typeof before !== 'string' || !isId('org', before))) notFound()
  const query = typeof q === 'string' ? q.replaceAll('\0', '').trim().slice(0, LONGEST_QUERY) : ''
  const t = await getTranslations('desk.organizations')
  const { rows, next } = await inEnginePage({ before }, (tx) => listDeskOrganizations(tx, { query, before }))
  return (
    <PageShell description={t('description')} title={t('title')}>
      <div className="flex flex-col gap-5">
        <OrganizationSearch query={query} />
        <OrganizationTable query={query} rows={rows} />
        <Pagination newer={before ? deskOrganizationsPath({ q: query }) : null} older={next ? deskOrganizationsPath({ q: query, before: next }) : null} />
      </div>
    </PageShell>
  )
}
