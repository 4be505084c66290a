import { Inbox } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { webhookDeliveryPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { DeliveryView } from '@/lib/webhooks/views'
import { DeliveryState } from './endpoint-state'

type Props = { org: string; endpoint: string; deliveries: readonly DeliveryView[] }

/** What was sent, newest first, and what was answered. */
export function Deliveries({ org, endpoint, deliveries }: Props) {
  const t = useTranslations('developers.deliveries')
  const columns: Column<DeliveryView>[] = [
    {
      id: 'type',
      header: t('event'),
      rowHeader: true,
      cell: ({ id, type }) => (
        <TextLink className="wrap-anywhere font-mono text-[0.8125rem]" href={webhookDeliveryPath(org, endpoint, id)}>
          {type}
        </TextLink>
      ),
    },
    { id: 'state', header: t('state'), cell: (delivery) => <DeliveryState delivery={delivery} /> },
    { id: 'answer', header: t('answer'), cell: (delivery) => <Answer delivery={delivery} /> },
    { id: 'tries', header: t('tries'), align: 'end', cell: ({ tries }) => tries },
    { id: 'created', header: t('created'), cell: ({ createdAt }) => <DateTime at={createdAt} precision="minute" /> },
  ]
  return (
    <Card description={t('description')} flush title={t('title')}>
      <DataTable
        caption={t('title')}
        columns={columns}
        empty={
          <EmptyState icon={<Inbox />} title={t('emptyTitle')}>
            {t('emptyBody')}
          </EmptyState>
        }
        inset
        rowKey={({ id }) => id}
        rows={deliveries}
      />
    </Card>
  )
}

function Answer({ delivery: { responseStatus, durationMs, triedAt } }: { delivery: DeliveryView }) {
  const t = useTranslations('developers.deliveries')
  if (triedAt === null) return <span className="text-muted">{t('none')}</span>
  const duration = t('milliseconds', { count: durationMs ?? 0 })
  return <span className="figures">{responseStatus === null ? t('noAnswer', { duration }) : t('status', { status: String(responseStatus), duration })}</span>
}
