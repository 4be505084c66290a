import { CreditCard } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { NoRight } from '@/components/layout/no-right'
import { PageShell } from '@/components/layout/page-shell'
import { invoicePath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { BillingDetails } from '@/components/payment/billing-details'
import { CardOnFile } from '@/components/payment/card-on-file'
import { UpdateCard } from '@/components/payment/update-card'
import { Card, CardPart } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'
import { Money } from '@/components/ui/money'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getPaymentPage } from '@/lib/billing/views/payment'
import { countryOptions } from '@/lib/country'
import { formatMoney } from '@/lib/money'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ next?: string | string[]; card?: string | string[]; payment?: string | string[] }> }

const CARD_NOTES = { saved: 'ok', savedNotCollected: 'warning', expiredSetup: 'warning', notFinished: 'info' } as const
const PAYMENT_NOTES = { confirmed: 'ok', confirmFailed: 'warning', confirmOpen: 'info' } as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('payment')
  return { title: t('title') }
}

/** The card on file, and before it is changed, what changing it collects. */
export default async function PaymentPage({ params, searchParams }: Props) {
  const { org } = await params
  const { next, card: cardNote, payment: paymentNote } = await searchParams
  const viewer = await requireViewer(org)
  const t = await getTranslations('payment')
  if (!viewer.can('payment:read')) {
    return (
      <PageShell title={t('title')}>
        <NoRight hint={t('noRightHint')} title={t('noRight')} />
      </PageShell>
    )
  }
  const view = await readAs(viewer, getPaymentPage)
  if (!view) notFound()
  const locale = await getLocale()
  const amount = formatMoney(view.amountDue, view.currency, locale)
  const note = noteOf(CARD_NOTES, cardNote) ?? noteOf(PAYMENT_NOTES, paymentNote)
  return (
    <PageShell description={t('description')} title={t('title')} width="reading">
      <ClientMessages namespaces={['payment']}>
        {note && (
          <Notice live="status" tone={note.tone}>
            {t(note.key)}
          </Notice>
        )}
        {view.confirm.map((invoice) => (
          <Notice
            action={
              <LinkButton document={invoice.url} variant="primary">
                {t('confirmAction')}
              </LinkButton>
            }
            key={invoice.id}
            title={t('confirmTitle')}
            tone="warning"
          >
            {t('confirmBody', { number: invoice.number, amount: formatMoney(invoice.amountDue, invoice.currency, locale) })}
          </Notice>
        ))}
        <Card title={t('card')}>
          {view.card ? (
            <CardOnFile card={view.card} />
          ) : (
            <EmptyState icon={<CreditCard aria-hidden />} title={t('none')}>
              {t('noneHint')}
            </EmptyState>
          )}
          <CardPart className="flex flex-col gap-3">
            <p className="text-sm">{view.amountDue > 0n ? t('collects', { amount }) : t('collectsNothing')}</p>
            {view.open.length > 0 && (
              <ul aria-label={t('open')} className="divide-y divide-line border-line border-y text-sm">
                {view.open.map((invoice) => (
                  <li className="flex flex-wrap justify-between gap-3 py-2" key={invoice.id}>
                    <TextLink href={invoicePath(org, invoice.id)}>{invoice.number}</TextLink>
                    <Money amount={invoice.amountDue} currency={invoice.currency} />
                  </li>
                ))}
              </ul>
            )}
            <UpdateCard
              amountDue={view.amountDue}
              currency={view.currency}
              hasCard={view.card !== null}
              next={typeof next === 'string' && next.startsWith('/') ? next : null}
              org={org}
              reason={viewer.can('payment:write') ? null : t('noRight')}
            />
            <p className="text-muted text-sm">{t('hosted')}</p>
          </CardPart>
        </Card>
        <Card description={t('billingHint')} title={t('billing')}>
          <BillingDetails
            billing={view.billing}
            countries={countryOptions(locale)}
            org={org}
            reason={viewer.can('billing_details:write') ? null : t('noRight')}
          />
        </Card>
      </ClientMessages>
    </PageShell>
  )
}

function noteOf<Notes extends Record<string, 'ok' | 'warning' | 'info'>>(
  notes: Notes,
  asked: string | string[] | undefined,
): { key: keyof Notes & string; tone: Notes[keyof Notes] } | null {
  const key = Object.keys(notes).find((name) => name === asked)
  return key ? { key, tone: notes[key as keyof Notes] } : null
}
