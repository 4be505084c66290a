import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { planPath } from '@/components/layout/routes'
import { ChooseProduct } from '../choose-product'

type Props = { params: Promise<{ org: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('plan')
  return { title: t('title') }
}

export default async function ChoosePlanPage({ params }: Props) {
  const { org } = await params
  const t = await getTranslations('plan')
  const words = await getTranslations('usage')
  return <ChooseProduct description={words('choosePlan')} org={org} pathOf={planPath} permission="plan:read" title={t('title')} />
}
