import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { InvoiceDocument } from '@/components/invoices/invoice-document'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskInvoicePath, deskOrganizationPath } from '@/components/operator/desk-routes'
import { InvoiceRepairs } from '@/components/operator/invoice-repairs'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { PaymentFacts } from '@/components/operator/payment-facts'
import { TextLink } from '@/components/ui/text-link'
import { inEngine } from '@/db/client'
import { viewersLocale } from '@/lib/auth/session'
import { findDeskPayment } from '@/lib/billing/views/desk-organization'
import { findDocument } from '@/lib/billing/views/documents'
import { readUnitWord } from '@/lib/billing/views/unit-word'
import { isId } from '@/lib/ids'
import { loadOrganization } from '../../load-organization'

type Props = { params: Promise<{ organization: string; invoice: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('invoices')
  return { title: t('title') }
}

/** One document with its lines as the customer sees them, how its payment stands, and what can be put right. */
export default async function DeskInvoicePage({ params }: Props) {
  const { organization: of, invoice } = await params
  const { operator, organization } = await loadOrganization(of)
  if (!isId('inv', invoice)) notFound()
  const language = await viewersLocale()
  const [document, payment, unitWord] = await inEngine(async (tx) => [
    await findDocument(tx, organization.id, invoice),
    await findDeskPayment(tx, organization.id, invoice),
    await readUnitWord(tx, language),
  ])
  if (!document) notFound()
  const t = await getTranslations('invoices')
  const desk = await getTranslations('desk.organization')
  return (
    <OrganizationFrame organization={organization} section="invoices">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="font-semibold text-lg tracking-tight">{t(document.kind === 'credit_note' ? 'creditNote' : 'invoice', { number: document.number })}</h2>
        <TextLink href={deskOrganizationPath(organization.id, 'invoices')}>{desk('allInvoices')}</TextLink>
      </div>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <InvoiceDocument document={document} pathTo={(other) => deskInvoicePath(organization.id, other)} unitWord={unitWord} />
        <div className="flex min-w-0 flex-col gap-6">
          <PaymentFacts document={document} payment={payment} />
          <ClientMessages namespaces={['deskForm']}>
            <InvoiceRepairs document={document} isAdmin={operator.role === 'admin'} isClosed={organization.closedAt !== null} organization={organization.id} />
          </ClientMessages>
        </div>
      </div>
    </OrganizationFrame>
  )
}
