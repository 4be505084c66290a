import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { PortalForm } from '@/components/auth/portal-form'
import { homePath, portalPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { LinkButton } from '@/components/ui/link-button'
import { findPortalSession } from '@/lib/auth/portal-session'
import { getAccount } from '@/lib/auth/session'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('entrance.portal')
  return { title: t('confirmTitle'), referrer: 'no-referrer', robots: { index: false } }
}

/** Somebody else is signed in here. The operator's address replaces them only if they say so. */
export default async function PortalConfirmPage({ params }: Props) {
  const token = decodeURIComponent((await params).token)
  const [found, present] = await Promise.all([findPortalSession(token), getAccount()])
  if (found?.state !== 'open') redirect(portalPath(token, 'ended') as never)
  const t = await getTranslations('entrance.portal')
  return (
    <ClientMessages namespaces={['entrance']}>
      <Entrance lead={present && t('confirmLead', { present: present.email, other: found.email })} title={t('confirmTitle')}>
        <PortalForm other={found.email} token={token} />
        {present && (
          <LinkButton href={homePath} size="lg">
            {t('stay', { present: present.email })}
          </LinkButton>
        )}
      </Entrance>
    </ClientMessages>
  )
}
