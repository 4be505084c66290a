import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { DeliveryState } from '@/components/developers/endpoint-state'
import { RefreshWhileWaiting } from '@/components/developers/refresh-while-waiting'
import { Resend } from '@/components/developers/resend'
import { PageShell } from '@/components/layout/page-shell'
import { webhookPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { DescriptionList } from '@/components/ui/description-list'
import { formatInstant } from '@/components/ui/format-date'
import { TextLink } from '@/components/ui/text-link'
import { readAs, requireViewer } from '@/lib/auth/session'
import { isId } from '@/lib/ids'
import { getDeliveryPage } from '@/lib/webhooks/views'

type Props = { params: Promise<{ org: string; endpoint: string; delivery: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('developers.delivery')
  return { title: t('title') }
}

/** One event on its way to one endpoint: what was sent, what was answered, and sending it again. */
export default async function WebhookDeliveryPage({ params }: Props) {
  const { org, endpoint: endpointId, delivery: deliveryId } = await params
  const viewer = await requireViewer(org, 'keys:write')
  if (!isId('whk', endpointId) || !isId('del', deliveryId)) notFound()
  const view = await readAs(viewer, (tx, organizationId) => getDeliveryPage(tx, organizationId, { endpointId, deliveryId }))
  if (!view) notFound()
  const { endpoint, delivery } = view
  const t = await getTranslations('developers.delivery')
  const locale = await getLocale()
  const isOnItsWay = delivery.state === 'queued' && delivery.tries === 0
  const { responseStatus, durationMs, responseBody, requestBody, triedAt, nextTryAt, error } = delivery
  return (
    <PageShell
      description={
        <TextLink className="wrap-anywhere" href={webhookPath(org, endpointId)}>
          {endpoint.url}
        </TextLink>
      }
      title={<span className="wrap-anywhere font-mono">{delivery.type}</span>}
      width="reading"
    >
      <ClientMessages namespaces={['developers']}>
        <Card title={t('title')}>
          <DescriptionList
            items={[
              { term: t('state'), value: <DeliveryState delivery={delivery} /> },
              ...(error && delivery.state !== 'delivered' ? [{ term: t('error'), value: error }] : []),
              { term: t('eventId'), value: <Copyable label={t('eventId')} value={delivery.eventId} /> },
              { term: t('created'), value: <DateTime at={delivery.createdAt} precision="minute" /> },
              { term: t('tries'), value: triedAt ? t('triesLast', { count: delivery.tries, at: formatInstant(triedAt, locale) }) : t('triesNone') },
              ...(nextTryAt && !isOnItsWay ? [{ term: t('nextTry'), value: <DateTime at={nextTryAt} precision="minute" /> }] : []),
              ...(triedAt
                ? [
                    {
                      term: t('answer'),
                      value: responseStatus === null ? t('noAnswer') : t('status', { status: String(responseStatus), count: durationMs ?? 0 }),
                    },
                  ]
                : []),
            ]}
          />
          <Resend deliveryId={deliveryId} isDisabled={endpoint.state === 'disabled'} isOnItsWay={isOnItsWay} org={org} />
        </Card>
        {requestBody !== null && <CodeBlock code={indented(requestBody)} label={t('requestLabel')} title={t('request')} />}
        {triedAt && responseStatus !== null && <CodeBlock code={responseBody || t('emptyBody')} label={t('responseLabel')} title={t('response')} />}
        <RefreshWhileWaiting isWaiting={delivery.state === 'queued' && delivery.tries <= 1} />
      </ClientMessages>
    </PageShell>
  )
}

/** As it was sent, in lines that a person reads. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
