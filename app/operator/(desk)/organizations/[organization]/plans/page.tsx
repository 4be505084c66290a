import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ClientMessages } from '@/components/messages/client-messages'
import { NewPlan, OwnPlans } from '@/components/operator/custom-plans'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { inEngine } from '@/db/client'
import { getDeskPlans } from '@/lib/billing/views/desk-plans'
import { loadOrganization } from '../load-organization'

type Props = { params: Promise<{ organization: string }>; searchParams: Promise<{ base?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.plans') }
}

/** Plans that were made for this customer alone, and the making of another (G10). */
export default async function DeskPlansPage({ params, searchParams }: Props) {
  const { operator, organization } = await loadOrganization((await params).organization)
  const { base } = await searchParams
  const { own, bases } = await inEngine((tx) => getDeskPlans(tx, organization.id))
  return (
    <OrganizationFrame organization={organization} section="plans">
      <OwnPlans plans={own} />
      <ClientMessages namespaces={['deskForm']}>
        <NewPlan
          base={bases.find((plan) => `${plan.product.id}:${plan.id}` === base) ?? null}
          bases={bases}
          isAdmin={operator.role === 'admin'}
          organization={organization}
        />
      </ClientMessages>
    </OrganizationFrame>
  )
}
