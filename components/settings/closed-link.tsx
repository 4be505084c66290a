import { useTranslations } from 'next-intl'
import { forgottenPasswordPath } from '@/components/layout/routes'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'

/** A link for a new password that opens nothing any more, and the way on. */
export function ClosedLink() {
  const t = useTranslations('auth.password')
  return (
    <Notice action={<LinkButton href={forgottenPasswordPath}>{t('again')}</LinkButton>} live="alert" title={t('closedTitle')} tone="warning">
      {t('closedLead')}
    </Notice>
  )
}
