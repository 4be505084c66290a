import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { spendingPath } from '@/components/layout/routes'
import { ChooseProduct } from '../choose-product'

type Props = { params: Promise<{ org: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('spending')
  return { title: t('title') }
}

export default async function ChooseSpendingPage({ params }: Props) {
  const { org } = await params
  const t = await getTranslations('spending')
  return <ChooseProduct description={t('choose')} isAboutUsage org={org} pathOf={spendingPath} permission="plan:read" title={t('title')} />
}
