import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskSignInPath } from '@/components/operator/desk-routes'
import { OpenDeskForm } from '@/components/operator/open-desk-form'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { findOperatorLink } from '@/lib/auth/operators'
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/auth/password'

type Props = { params: Promise<{ token: string }> }

/** The address is the secret, so no other site is told it. */
export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('deskShell.link')
  return { title: t('title'), referrer: 'no-referrer', robots: { index: false } }
}

/** Opening it uses nothing up. */
export default async function OperatorLinkPage({ params }: Props) {
  const { token } = await params
  const [t, found] = await Promise.all([getTranslations('deskShell.link'), findOperatorLink(token)])
  if (!found) {
    return (
      <Entrance title={t('title')}>
        <div className="flex flex-col items-start gap-5">
          <Notice live="alert" tone="warning">
            {t('closed')}
          </Notice>
          <LinkButton href={deskSignInPath} size="lg">
            {t('toSignIn')}
          </LinkButton>
        </div>
      </Entrance>
    )
  }
  return (
    <ClientMessages namespaces={['deskShell']}>
      <Entrance lead={t('lead', { email: found.email })} title={t('title')}>
        <OpenDeskForm email={found.email} maximum={PASSWORD_MAX} minimum={PASSWORD_MIN} token={token} />
      </Entrance>
    </ClientMessages>
  )
}
