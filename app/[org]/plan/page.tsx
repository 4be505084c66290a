import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { planPath } from '@/components/layout/routes'
import { ProductChoice } from '@/components/usage/product-choice'
import { inWeb } from '@/db/client'
import { requireViewer } from '@/lib/auth/session'
import { listProducts } from '@/lib/billing/views/plan'

type Props = { params: Promise<{ org: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('plan')
  return { title: t('title') }
}

/** The short address: leads to the only product there is, and asks where there are several. */
export default async function ChoosePlanPage({ params }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org, 'plan:read')
  const organizationId = viewer.organization.id
  const { held, available } = await inWeb({ organizationId, userId: viewer.user.id }, (tx) => listProducts(tx, organizationId))
  const choices = held.length > 0 ? held : available
  const [only] = choices
  if (only && choices.length === 1) redirect(planPath(org, only.id))
  const t = await getTranslations('plan')
  const words = await getTranslations('usage')
  return (
    <PageShell title={t('title')} width="reading">
      <ProductChoice
        description={words('choosePlan')}
        items={choices.map(({ id, name }) => ({ id, name, href: planPath(org, id), isHeld: held.length > 0 }))}
      />
    </PageShell>
  )
}
