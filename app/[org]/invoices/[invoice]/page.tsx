import { FileDown } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { PayInvoice, RefundInvoice } from '@/components/invoices/invoice-actions'
import { InvoiceDocument } from '@/components/invoices/invoice-document'
import { PrintPage } from '@/components/invoices/print-page'
import { NoRight } from '@/components/layout/no-right'
import { PageShell } from '@/components/layout/page-shell'
import { invoicePath, invoicePdfPath, paymentPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { wordDecline } from '@/components/plan/refusals'
import { formatDate } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { readAs, requireViewer, viewersLocale } from '@/lib/auth/session'
import { type DocumentDetail, findDocument } from '@/lib/billing/views/documents'
import { findPaymentMethod } from '@/lib/billing/views/payment-method'
import { readUnitWord } from '@/lib/billing/views/unit-word'
import { type DocumentId, isId } from '@/lib/ids'

type Props = { params: Promise<{ org: string; invoice: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('invoices')
  return { title: t('title') }
}

/** One document: its lines explained, how its payment stands, and what can be done about it. */
export default async function InvoicePage({ params }: Props) {
  const { org, invoice } = await params
  const viewer = await requireViewer(org)
  const t = await getTranslations('invoices')
  if (!viewer.can('invoices:read')) {
    return (
      <PageShell title={t('title')}>
        <NoRight hint={t('noRightHint')} title={t('noRight')} />
      </PageShell>
    )
  }
  if (!isId('inv', invoice)) notFound()
  const { document, method, unitWord } = await readAs(viewer, async (tx, id) => ({
    unitWord: await readUnitWord(tx, await viewersLocale()),
    document: await findDocument(tx, id, invoice as DocumentId),
    method: await findPaymentMethod(tx, id),
  }))
  if (!document) notFound()
  const words = await getTranslations('plan')
  const locale = await getLocale()
  const isOpen = document.status === 'open' && document.amountDue > 0n
  const { payment, refundable } = document
  return (
    <PageShell
      actions={
        <>
          <LinkButton document={invoicePdfPath(org, document.id)} download icon={<FileDown aria-hidden />}>
            {t('downloadPdf')}
          </LinkButton>
          <PrintPage label={t('print')} />
        </>
      }
      title={t(titleOf(document), { number: document.number })}
      width="reading"
    >
      <ClientMessages namespaces={['invoices', 'plan']}>
        {isOpen && payment.state === 'refused' && (
          <Notice action={viewer.can('payment:write') && <LinkButton href={paymentPath(org)}>{words('dialog.updateCard')}</LinkButton>} tone="danger">
            {payment.reason && t('failedBecause', { reason: wordDecline(words, payment.reason) })}{' '}
            {payment.nextTryAt && t('nextTry', { date: formatDate(payment.nextTryAt.toString(), locale) })}
          </Notice>
        )}
        {isOpen && payment.url && (
          <Notice
            action={
              <LinkButton document={payment.url} variant="primary">
                {words('dialog.openBank')}
              </LinkButton>
            }
            tone="warning"
          >
            {words('dialog.confirmAtBank')}
          </Notice>
        )}
        <InvoiceDocument document={document} pathTo={(other) => invoicePath(org, other)} unitWord={unitWord} />
        {isOpen && payment.state !== 'in_flight' && !payment.url && (
          <PayInvoice
            amountDue={document.amountDue}
            currency={document.currency}
            invoice={document.id}
            org={org}
            reason={!viewer.can('invoices:pay') ? t('payNoRight') : method ? null : t('payNoCard')}
          />
        )}
        {refundable && (
          <RefundInvoice
            amount={refundable.amount}
            currency={document.currency}
            invoice={document.id}
            org={org}
            reason={viewer.can('refunds:request') ? null : t('refundNoRight')}
            windowClosesAt={refundable.windowClosesAt.toString()}
          />
        )}
      </ClientMessages>
    </PageShell>
  )
}

/** A pro-forma invoice that was paid is an invoice like any other. */
function titleOf({ kind, status }: DocumentDetail): 'creditNote' | 'proForma' | 'invoice' {
  if (kind === 'credit_note') return 'creditNote'
  return kind === 'pro_forma' && status !== 'paid' ? 'proForma' : 'invoice'
}
