import { Building2, SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge, Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmailAddress } from '@/components/ui/email-address'
import { EmptyState } from '@/components/ui/empty-state'
import { SearchForm } from '@/components/ui/search-form'
import { TextLink } from '@/components/ui/text-link'
import type { DeskOrganizationRow } from '@/lib/billing/views/desk-organizations'
import { deskOrganizationPath, deskOrganizationsPath } from './desk-routes'
import { subscriptionTone } from './subscription-tone'

export function OrganizationSearch({ query }: { query: string }) {
  const t = useTranslations('desk.organizations')
  return <SearchForm all={t('all')} hint={t('searchHint')} label={t('search')} path={deskOrganizationsPath()} query={query} submit={t('submit')} />
}

export function OrganizationTable({ rows, query }: { rows: readonly DeskOrganizationRow[]; query: string }) {
  const t = useTranslations('desk.organizations')
  return (
    <Card flush title={query ? t('found', { query }) : t('caption')}>
      <DataTable
        caption={t('caption')}
        columns={[
          { id: 'name', header: t('name'), rowHeader: true, cell: (row) => <Name row={row} /> },
          { id: 'owner', header: t('owner'), cell: (row) => (row.owner ? <EmailAddress value={row.owner} /> : <None />) },
          { id: 'plans', header: t('plans'), cell: (row) => <Holdings row={row} /> },
          {
            id: 'external',
            header: t('externalId'),
            cell: (row) => (row.externalId ? <span className="break-all font-mono text-[0.8125rem]">{row.externalId}</span> : <None />),
          },
          { id: 'since', header: t('since'), align: 'end', cell: (row) => <DateTime at={row.registeredAt} /> },
        ]}
        empty={
          query ? (
            <EmptyState icon={<SearchX />} title={t('nothingTitle')}>
              {t('nothingBody')}
            </EmptyState>
          ) : (
            <EmptyState icon={<Building2 />} title={t('emptyTitle')}>
              {t('emptyBody')}
            </EmptyState>
          )
        }
        inset
        rowKey={(row) => row.id}
        rows={rows}
      />
    </Card>
  )
}

function Name({ row }: { row: DeskOrganizationRow }) {
  const t = useTranslations('desk.organizations')
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <TextLink className="break-words" href={deskOrganizationPath(row.id)}>
          {row.name}
        </TextLink>
        {row.isClosed && <Badge>{t('closed')}</Badge>}
        {row.onTestClock && <Badge tone="info">{t('testClock')}</Badge>}
      </span>
      <span className="font-normal text-muted text-xs">{row.slug}</span>
    </span>
  )
}

function Holdings({ row }: { row: DeskOrganizationRow }) {
  const t = useTranslations('desk')
  if (row.holdings.length === 0) return <None />
  return (
    <span className="flex flex-col items-end gap-0.5 @xl:items-start">
      {row.holdings.map(({ product, plan, status }) => (
        <span className="flex flex-wrap justify-end gap-x-2 @xl:justify-start" key={product}>
          <span>{t('organizations.holding', { product, plan })}</span>
          {status !== 'active' && <Status tone={subscriptionTone(status)}>{t(`subscriptionStatus.${status}`)}</Status>}
        </span>
      ))}
    </span>
  )
}

function None() {
  const t = useTranslations('desk')
  return <span className="text-muted">{t('none')}</span>
}
