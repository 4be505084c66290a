import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ProductTable } from '@/components/operator/catalog'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { getDeskCatalog } from '@/lib/billing/views/desk-catalog'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.catalog')
  return { title: t('title') }
}

/** What is sold, and where its rules can be played with. */
export default async function CatalogPage() {
  await requireOperator('/operator/catalog')
  const t = await getTranslations('desk.catalog')
  return (
    <PageShell description={t('description')} title={t('title')}>
      <SectionBoundary section={t('inForce')} skeleton={<CardSkeleton />}>
        <Products />
      </SectionBoundary>
    </PageShell>
  )
}

async function Products() {
  return <ProductTable products={await inEngine(getDeskCatalog)} />
}
