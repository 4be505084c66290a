import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { ClientMessages } from '@/components/messages/client-messages'
import { ClosedLink } from '@/components/settings/closed-link'
import { NewPasswordForm } from '@/components/settings/new-password-form'
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/auth/password'
import { isPasswordResetOpen } from '@/lib/auth/password-reset'

type Props = { params: Promise<{ token: string }> }

/** The address is the secret, so no other site is told it. */
export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth.password')
  return { title: t('chooseTitle'), referrer: 'no-referrer', robots: { index: false } }
}

/** Opening it uses nothing up: mail programs look at links before their readers do. */
export default async function NewPasswordPage({ params }: Props) {
  const { token } = await params
  const [t, isOpen] = await Promise.all([getTranslations('auth.password'), isPasswordResetOpen(token)])
  return (
    <ClientMessages namespaces={['auth']}>
      <Entrance lead={isOpen ? t('chooseLead') : undefined} title={t('chooseTitle')}>
        {isOpen ? <NewPasswordForm maximum={PASSWORD_MAX} minimum={PASSWORD_MIN} token={token} /> : <ClosedLink />}
      </Entrance>
    </ClientMessages>
  )
}
