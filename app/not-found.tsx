import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { homePath } from '@/components/layout/routes'
import { Stop } from '@/components/layout/stop'
import { LinkButton } from '@/components/ui/link-button'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('errors')
  return { title: t('notFoundTitle') }
}

export default function NotFound() {
  const t = useTranslations('errors')
  return (
    <Stop
      action={
        <LinkButton href={homePath} variant="primary">
          {t('home')}
        </LinkButton>
      }
      title={t('notFoundTitle')}
    >
      {t('notFoundBody')}
    </Stop>
  )
}
