'use client'

import { KeyRound, Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDate } from '@/components/ui/format-date'
import type { OrganizationKeyView } from '@/lib/auth/organization-keys'

// A dialog's library is heavier than the page that it stands on.
const CreateKeyDialog = dynamic(() => import('./create-key-dialog').then((module) => module.CreateKeyDialog))
const RevokeKeyDialog = dynamic(() => import('./revoke-key-dialog').then((module) => module.RevokeKeyDialog))

type Props = { org: string /** Null: the viewer may not see them. */; keys: readonly OrganizationKeyView[] | null }

/** The organization's own keys (G83): made, seen once, known again by their last characters, revoked. */
export function ApiKeys({ org, keys }: Props) {
  const t = useTranslations('developers.keys')
  const locale = useLocale()
  const [open, setOpen] = useState<'create' | OrganizationKeyView | null>(null)

  const columns: Column<OrganizationKeyView>[] = [
    { id: 'name', header: t('name'), rowHeader: true, cell: ({ name }) => <span className="wrap-anywhere">{name}</span> },
    {
      id: 'key',
      header: t('key'),
      cell: ({ hint }) =>
        hint === null ? (
          <span className="text-muted">{t('unknown')}</span>
        ) : (
          <>
            <code aria-hidden className="whitespace-nowrap font-mono text-[0.8125rem] text-muted">
              {`hr_…${hint}`}
            </code>
            <span className="sr-only">{t('endsWith', { hint })}</span>
          </>
        ),
    },
    {
      id: 'created',
      header: t('created'),
      cell: ({ createdAt, createdBy }) =>
        createdBy === null ? formatDate(createdAt, locale) : t('createdBy', { at: formatDate(createdAt, locale), who: createdBy }),
    },
    {
      id: 'lastUsed',
      header: t('lastUsed'),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="text-muted">{t('never')}</span> : <DateTime at={lastUsedAt} precision="minute" />),
    },
    {
      id: 'actions',
      header: t('actions'),
      hideHeader: true,
      align: 'end',
      aside: true,
      cell: (key) => (
        <Button aria-label={t('revokeName', { name: key.name })} onClick={() => setOpen(key)} size="sm">
          {t('revoke')}
        </Button>
      ),
    },
  ]
  const create = (
    <Button icon={<Plus aria-hidden />} onClick={() => setOpen('create')} reason={keys === null && t('closed')} variant="primary">
      {t('create')}
    </Button>
  )
  return (
    <Card actions={create} description={t('description')} flush={keys !== null} title={t('title')}>
      {keys && (
        <DataTable
          caption={t('caption')}
          columns={columns}
          empty={
            <EmptyState icon={<KeyRound />} title={t('emptyTitle')}>
              {t('emptyBody')}
            </EmptyState>
          }
          inset
          rowKey={({ id }) => id}
          rows={keys}
        />
      )}
      {open === 'create' && <CreateKeyDialog onClose={() => setOpen(null)} org={org} />}
      {open !== null && open !== 'create' && <RevokeKeyDialog apiKey={open} onClose={() => setOpen(null)} org={org} />}
    </Card>
  )
}
