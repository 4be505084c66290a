import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { usagePath } from '@/components/layout/routes'
import { ChooseProduct } from '../choose-product'

type Props = { params: Promise<{ org: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('usage')
  return { title: t('title') }
}

export default async function ChooseUsagePage({ params }: Props) {
  const { org } = await params
  const t = await getTranslations('usage')

  return <ChooseProduct description={t('chooseUsage')} org={org} pathOf={usagePath} isAboutUsage permission="usage:read" title={t('title')} />
}
