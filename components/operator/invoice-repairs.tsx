import { useLocale, useTranslations } from 'next-intl'
import { giveUpInvoiceAction, markPaidAction, refundInvoiceAction, voidInvoiceAction } from '@/app/actions/operator/money'
import { Card } from '@/components/ui/card'
import { Disclosure } from '@/components/ui/disclosure'
import { formatInstant } from '@/components/ui/format-date'
import type { DocumentDetail } from '@/lib/billing/views/documents'
import { formatMoney, type MinorUnits } from '@/lib/money'
import { ActionForm, type DeskField } from './action-form'
import { useAdminOnly } from './admin-only'

type Props = { organization: string; document: DocumentDetail; isAdmin: boolean; isClosed: boolean }

/** What an operator can do about one document, each with what it does and a reason that the customer reads (G80). */
export function InvoiceRepairs({ organization, document, isAdmin, isClosed }: Props) {
  const t = useTranslations('desk.repair')
  const form = useTranslations('deskForm')
  const locale = useLocale()
  const reason = useAdminOnly({ isAdmin, isClosed })
  const about = { organizationId: organization, documentId: document.id }
  const why: DeskField = { kind: 'area', name: 'reason', label: form('reason'), hint: form('reasonHint') }
  const isOwed = document.kind !== 'credit_note' && (document.status === 'open' || document.status === 'uncollectible') && document.payment.state !== 'disputed'
  const left = (document.amountPaid - document.amountRefunded) as MinorUnits
  const canRefund =
    document.status === 'paid' && left > 0n && document.kind !== 'purchase' && document.payment.state === 'collected' && !document.payment.reference
  const amount = formatMoney(document.amountDue, document.currency, locale)
  if (!isOwed && !canRefund) {
    return (
      <Card title={t('title')}>
        <p className="text-muted text-sm">{t(document.kind === 'purchase' ? 'nothingPurchase' : document.payment.reference ? 'nothingTransfer' : 'nothing')}</p>
      </Card>
    )
  }
  return (
    <Card title={t('title')}>
      <div className="flex flex-col divide-y divide-line">
        {isOwed && (
          <>
            <Disclosure open summary={t('markPaid')}>
              <Hint>{t('markPaidHint', { amount })}</Hint>
              <ActionForm
                about={about}
                action={markPaidAction}
                done={t('markPaidDone')}
                fields={[{ kind: 'text', name: 'reference', label: t('reference'), hint: t('referenceHint'), maxLength: 140 }]}
                reason={reason}
                submit={t('markPaidSubmit', { amount })}
              />
            </Disclosure>
            <Disclosure summary={t('void')}>
              <Hint>{t('voidHint')}</Hint>
              <ActionForm
                about={about}
                action={voidInvoiceAction}
                danger
                done={t('voidDone')}
                fields={[why]}
                reason={reason}
                submit={t('voidSubmit', { number: document.number })}
              />
            </Disclosure>
            {document.status === 'open' && (
              <Disclosure summary={t('giveUp')}>
                <Hint>{t('giveUpHint')}</Hint>
                <ActionForm
                  about={about}
                  action={giveUpInvoiceAction}
                  danger
                  done={t('giveUpDone')}
                  fields={[why]}
                  reason={reason}
                  submit={t('giveUpSubmit', { number: document.number })}
                />
              </Disclosure>
            )}
          </>
        )}
        {canRefund && (
          <Disclosure open summary={t('refund')}>
            <Hint>
              {document.refundable
                ? t('refundByRules', {
                    amount: formatMoney(document.refundable.amount, document.currency, locale),
                    until: formatInstant(document.refundable.windowClosesAt.toString(), locale),
                  })
                : t('refundOnlyException', { left: formatMoney(left, document.currency, locale) })}
            </Hint>
            <ActionForm
              about={about}
              action={refundInvoiceAction}
              danger
              done={t('refundDone')}
              fields={[
                {
                  kind: 'choice',
                  name: 'by',
                  label: t('refundBy'),
                  value: document.refundable ? 'rules' : 'exception',
                  options: [
                    { value: 'rules', label: t('byRules') },
                    { value: 'exception', label: t('byException') },
                  ],
                },
                { kind: 'amount', name: 'amount', label: t('amount'), hint: t('amountHint'), optional: true, suffix: document.currency.toUpperCase() },
                why,
              ]}
              reason={reason}
              submit={t('refundSubmit')}
              wide
            />
          </Disclosure>
        )}
      </div>
    </Card>
  )
}

function Hint({ children }: { children: string }) {
  return <p className="mb-4 max-w-prose text-muted">{children}</p>
}
