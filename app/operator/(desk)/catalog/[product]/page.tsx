import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { Examples, Plans, Policies, Warnings } from '@/components/operator/catalog'
import { deskPath } from '@/components/operator/desk-routes'
import { LinkButton } from '@/components/ui/link-button'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { getDeskCatalog } from '@/lib/billing/views/desk-catalog'

type Props = { params: Promise<{ product: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.catalog')
  return { title: t('title') }
}

/** One product: its plans, its policies in words, and what they come to for an invented customer. */
export default async function CatalogProductPage({ params }: Props) {
  const { product: id } = await params
  await requireOperator('/operator/catalog')
  const product = (await inEngine(getDeskCatalog)).find((one) => one.id === id)
  if (!product) notFound()
  const t = await getTranslations('desk.catalog')
  return (
    <PageShell
      actions={
        <LinkButton href={deskPath('catalog')} variant="ghost">
          {t('allProducts')}
        </LinkButton>
      }
      description={t('versionOf', { id: product.id, version: String(product.version) })}
      title={product.name}
    >
      <Warnings product={product} />
      <Plans product={product} />
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <Policies product={product} />
        <Examples product={product} />
      </div>
    </PageShell>
  )
}
