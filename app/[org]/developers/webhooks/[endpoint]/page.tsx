import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { Deliveries } from '@/components/developers/deliveries'
import { EndpointActions } from '@/components/developers/endpoint-actions'
import { EndpointState } from '@/components/developers/endpoint-state'
import { RefreshWhileWaiting } from '@/components/developers/refresh-while-waiting'
import { PageShell } from '@/components/layout/page-shell'
import { webhookPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { DescriptionList } from '@/components/ui/description-list'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { Pagination } from '@/components/ui/pagination'
import { readAs, readPastAs, requireViewer } from '@/lib/auth/session'
import { isId } from '@/lib/ids'
import { EVERY_EVENT } from '@/lib/webhooks/event-types'
import { getEndpointPage } from '@/lib/webhooks/views'

type Props = { params: Promise<{ org: string; endpoint: string }>; searchParams: Promise<{ before?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('developers.endpoint')
  return { title: t('title') }
}

/** One webhook endpoint: what it hears, what can be done with it, and its deliveries. */
export default async function WebhookEndpointPage({ params, searchParams }: Props) {
  const { org, endpoint: id } = await params
  const { before = null } = await searchParams
  const viewer = await requireViewer(org, 'keys:write')
  if (!isId('whk', id) || (before !== null && (typeof before !== 'string' || !isId('del', before)))) notFound()
  const view = await (before ? readPastAs : readAs)(viewer, (tx, organizationId) => getEndpointPage(tx, organizationId, { id, before }))
  if (!view) notFound()
  const { endpoint, deliveries, next } = view
  const t = await getTranslations('developers.endpoint')
  const locale = await getLocale()
  return (
    <PageShell description={<span className="wrap-anywhere">{endpoint.url}</span>} title={t('title')}>
      <ClientMessages namespaces={['developers']}>
        {endpoint.disabledBecause && endpoint.disabledBecause !== 'by_hand' && (
          <Notice title={t('switchedOff')} tone="danger">
            {t(endpoint.disabledBecause === 'gone' ? 'gone' : 'failing')}
          </Notice>
        )}
        {endpoint.state === 'failing' && endpoint.failingSince && (
          <Notice tone="warning">{t('failingSince', { at: formatInstant(endpoint.failingSince, locale) })}</Notice>
        )}
        <Card title={t('card')}>
          <DescriptionList
            items={[
              { term: t('url'), value: <Copyable label={t('url')} value={endpoint.url} /> },
              ...(endpoint.description ? [{ term: t('description'), value: endpoint.description }] : []),
              { term: t('state'), value: <EndpointState state={endpoint.state} /> },
              {
                term: t('events'),
                value: endpoint.events.includes(EVERY_EVENT) ? (
                  t('all')
                ) : (
                  <ul className="flex flex-wrap gap-x-4 gap-y-1">
                    {endpoint.events.map((type) => (
                      <li className="font-mono text-[0.8125rem]" key={type}>
                        {type}
                      </li>
                    ))}
                  </ul>
                ),
              },
              {
                term: t('secret'),
                value: endpoint.previousSecretUntil ? t('bothSign', { at: formatInstant(endpoint.previousSecretUntil, locale) }) : t('hidden'),
              },
              { term: t('created'), value: <DateTime at={endpoint.createdAt} precision="minute" /> },
            ]}
          />
          <EndpointActions endpoint={endpoint} org={org} />
        </Card>
        <Deliveries deliveries={deliveries} endpoint={id} org={org} />
        <RefreshWhileWaiting isWaiting={deliveries.some(({ state, tries }) => state === 'queued' && tries <= 1)} />
      </ClientMessages>
      <Pagination newer={before ? webhookPath(org, id) : null} older={next ? webhookPath(org, id, next) : null} />
    </PageShell>
  )
}
