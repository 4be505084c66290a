import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { ClientMessages } from '@/components/messages/client-messages'
import { ForgottenPasswordForm } from '@/components/settings/forgotten-password-form'
import { Notice } from '@/components/ui/notice'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth.password')
  return { title: t('askTitle') }
}

/** For whoever cannot sign in any more. */
export default async function ForgottenPasswordPage() {
  const t = await getTranslations('auth.password')
  return (
    <ClientMessages namespaces={['auth']}>
      <Entrance lead={t('askLead')} title={t('askTitle')}>
        {process.env.SMTP_URL ? <ForgottenPasswordForm /> : <Notice tone="warning">{t('noMail')}</Notice>}
      </Entrance>
    </ClientMessages>
  )
}
