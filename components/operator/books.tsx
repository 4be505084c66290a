import { Scale } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { runBooksAction } from '@/app/actions/operator/operation'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { Figure } from '@/components/ui/figure'
import { formatCount } from '@/components/ui/format-count'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import { ActionForm } from './action-form'
import { deskOrganizationPath } from './desk-routes'

export type BooksRunView = {
  balanced: boolean
  asOf: string
  entries: number
  organizations: number
  differences: readonly { organization: string; check: string; expected: string; found: string; about: string }[]
}

/** Whether everything adds up, as of the last full run (G87). */
export function Books({ run }: { run: BooksRunView | null }) {
  const t = useTranslations('desk.books')
  const locale = useLocale()
  const number = (value: number) => formatCount(value, locale)
  if (!run) {
    return (
      <Card title={t('last')}>
        <EmptyState icon={<Scale />} title={t('neverTitle')}>
          {t('neverBody')}
        </EmptyState>
      </Card>
    )
  }
  return (
    <>
      <Card actions={<Status tone={run.balanced ? 'ok' : 'danger'}>{t(run.balanced ? 'balanced' : 'unbalanced')}</Status>} title={t('last')}>
        <div className="flex flex-wrap gap-x-12 gap-y-4">
          <Figure label={t('asOf')} value={<DateTime at={run.asOf} precision="minute" />} />
          <Figure label={t('entries')} value={number(run.entries)} />
          <Figure label={t('organizations')} value={number(run.organizations)} />
          <Figure label={t('differences')} value={number(run.differences.length)} />
        </div>
      </Card>
      {run.differences.length > 0 && <Differences differences={run.differences} />}
    </>
  )
}

function Differences({ differences }: { differences: BooksRunView['differences'] }) {
  const t = useTranslations('desk.books')
  return (
    <>
      <Notice title={t('differTitle')} tone="danger">
        {t('differBody')}
      </Notice>
      <Card flush title={t('differences')}>
        <DataTable
          caption={t('differences')}
          columns={[
            { id: 'check', header: t('check'), rowHeader: true, cell: (row) => <span className="font-mono text-[0.8125rem]">{row.check}</span> },
            {
              id: 'organization',
              header: t('organization'),
              cell: (row) =>
                row.organization.startsWith('org_') ? (
                  <TextLink className="wrap-anywhere" href={deskOrganizationPath(row.organization)}>
                    {row.organization}
                  </TextLink>
                ) : (
                  t('all')
                ),
            },
            { id: 'about', header: t('about'), cell: (row) => <span className="wrap-anywhere font-mono text-[0.8125rem]">{row.about}</span> },
            { id: 'expected', header: t('expected'), align: 'end', cell: (row) => row.expected },
            { id: 'found', header: t('found'), align: 'end', cell: (row) => row.found },
          ]}
          inset
          rowKey={(row) => `${row.organization} ${row.check} ${row.about}`}
          rows={differences}
        />
      </Card>
    </>
  )
}

export function RunBooks() {
  const t = useTranslations('desk.books')
  return (
    <Card description={t('runHint')} title={t('run')}>
      <ActionForm action={runBooksAction} done={t('runDone')} fields={[]} submit={t('runSubmit')} />
    </Card>
  )
}
