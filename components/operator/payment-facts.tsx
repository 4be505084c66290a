import { useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { type DescriptionItem, DescriptionList } from '@/components/ui/description-list'
import type { DeskPayment } from '@/lib/billing/views/desk-organization'
import type { DocumentView } from '@/lib/billing/views/documents'

/** How the money of a document stands, with the provider's own name for it. */
export function PaymentFacts({ document, payment }: { document: DocumentView; payment: DeskPayment | null }) {
  const t = useTranslations('desk.organization')
  const items: DescriptionItem[] = [
    { term: t('invoiceId'), value: <Copyable label={t('invoiceId')} value={document.id} /> },
    ...(payment
      ? [
          { term: t('payment.state'), value: t(payment.isLost ? 'payment.lost' : `payment.states.${payment.state}`) },
          ...(payment.reason ? [{ term: t('payment.reason'), value: payment.reason }] : []),
          { term: t('payment.attempts'), value: String(payment.attempts) },
          ...(payment.retryAt ? [{ term: t('payment.retry'), value: <DateTime at={payment.retryAt} precision="minute" /> }] : []),
          ...(payment.bankReference ? [{ term: t('payment.reference'), value: payment.bankReference }] : []),
          ...(payment.providerRef
            ? [{ term: t('payment.providerRef'), value: <Copyable label={t('payment.providerRef')} value={payment.providerRef} /> }]
            : []),
          { term: t('payment.id'), value: <Copyable label={t('payment.id')} value={payment.id} /> },
        ]
      : [{ term: t('payment.state'), value: t('payment.notNeeded') }]),
  ]
  return (
    <Card title={t('payment.title')}>
      <DescriptionList items={items} />
    </Card>
  )
}
