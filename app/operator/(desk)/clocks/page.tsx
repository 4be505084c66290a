import type { Metadata, Route } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { Clocks, NewClock } from '@/components/operator/clocks'
import { deskPath } from '@/components/operator/desk-routes'
import { Pagination } from '@/components/ui/pagination'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { listDeskClocks } from '@/lib/billing/views/desk-clocks'
import { isId } from '@/lib/ids'
import { paymentProvider } from '@/lib/payments/provider'
import { systemClock } from '@/lib/time'

type Props = { searchParams: Promise<{ before?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.clocks')
  return { title: t('title') }
}

/** Time that is moved by hand: with simulated payments only. */
export default async function ClocksPage({ searchParams }: Props) {
  const operator = await requireOperator('/operator/clocks')
  const { before } = await searchParams
  if (paymentProvider(process.env).mode !== 'sandbox') notFound()
  if (before !== undefined && (typeof before !== 'string' || !isId('clock', before))) notFound()
  const t = await getTranslations('desk.clocks')
  const { rows, next } = await inEngine((tx) => listDeskClocks(tx, before))
  const isAdmin = operator.role === 'admin'
  return (
    <PageShell description={t('description')} title={t('title')}>
      <ClientMessages namespaces={['deskForm']}>
        <Clocks clocks={rows} isAdmin={isAdmin} />
        <Pagination newer={before ? deskPath('clocks') : null} older={next ? (`${deskPath('clocks')}?before=${next}` as Route) : null} />
        <NewClock isAdmin={isAdmin} now={systemClock.now().toString()} />
      </ClientMessages>
    </PageShell>
  )
}
