'use client'

import { Plus, Webhook } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { webhookPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import { EVERY_EVENT } from '@/lib/webhooks/event-types'
import type { EndpointView } from '@/lib/webhooks/views'
import { EndpointState } from './endpoint-state'

// A dialog's library is heavier than the page that it stands on.
const EndpointDialog = dynamic(() => import('./endpoint-dialog').then((module) => module.EndpointDialog))

type Props = { org: string /** Null: the viewer may not see them. */; endpoints: readonly EndpointView[] | null }

/** Where this organization's events are sent (G86); each leads to its deliveries. */
export function Endpoints({ org, endpoints }: Props) {
  const t = useTranslations('developers.endpoints')
  const [isOpen, setIsOpen] = useState(false)
  const columns: Column<EndpointView>[] = [
    {
      id: 'url',
      header: t('url'),
      rowHeader: true,
      cell: ({ id, url, description }) => (
        <span className="inline-flex min-w-0 flex-col gap-0.5">
          <TextLink className="wrap-anywhere" href={webhookPath(org, id)}>
            {url}
          </TextLink>
          {description && <span className="wrap-anywhere font-normal text-muted">{description}</span>}
        </span>
      ),
    },
    { id: 'events', header: t('events'), cell: ({ events }) => (events.includes(EVERY_EVENT) ? t('all') : t('count', { count: events.length })) },
    { id: 'state', header: t('state'), cell: ({ state }) => <EndpointState state={state} /> },
  ]
  return (
    <Card
      actions={
        <Button icon={<Plus aria-hidden />} onClick={() => setIsOpen(true)} reason={endpoints === null && t('closed')}>
          {t('create')}
        </Button>
      }
      description={t('description')}
      flush={endpoints !== null}
      title={t('title')}
    >
      {endpoints && (
        <DataTable
          caption={t('title')}
          columns={columns}
          empty={
            <EmptyState icon={<Webhook />} title={t('emptyTitle')}>
              {t('emptyBody')}
            </EmptyState>
          }
          inset
          rowKey={({ id }) => id}
          rows={endpoints}
        />
      )}
      {isOpen && <EndpointDialog endpoint={null} onClose={() => setIsOpen(false)} org={org} />}
    </Card>
  )
}
