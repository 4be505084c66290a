import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ClientMessages } from '@/components/messages/client-messages'
import { Books, RunBooks } from '@/components/operator/books'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { getBooks } from '@/lib/billing/views/books'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.books')
  return { title: t('title') }
}

/** The ledger against documents, payments, credit and usage. */
export default async function BooksPage() {
  await requireOperator('/operator/books')
  const t = await getTranslations('desk.books')
  return (
    <PageShell description={t('description')} title={t('title')}>
      <SectionBoundary section={t('last')} skeleton={<CardSkeleton />}>
        <LastRun />
      </SectionBoundary>
      <ClientMessages namespaces={['deskForm']}>
        <RunBooks />
      </ClientMessages>
    </PageShell>
  )
}

async function LastRun() {
  const run = await inEngine(getBooks)
  return <Books run={run && { ...run, asOf: run.asOf.toString() }} />
}
