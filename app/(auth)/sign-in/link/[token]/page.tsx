import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { SignInLinkForm } from '@/components/auth/sign-in-link-form'
import { signInTo } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { LinkButton } from '@/components/ui/link-button'
import { safeReturnPath } from '@/lib/auth/return-path'
import { findSignInLink, LINK_MINUTES, type SignInLink } from '@/lib/auth/sign-in-link'

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ next?: string | string[] }> }

/** The address is the secret, so no other site is told it. */
export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('entrance.link')
  return { title: t('title'), referrer: 'no-referrer', robots: { index: false } }
}

/** Opening it uses nothing up: mail programs look at links before their readers do. The press of the button does. */
export default async function SignInLinkPage({ params, searchParams }: Props) {
  const [{ token }, { next }] = [await params, await searchParams]
  const path = safeReturnPath(typeof next === 'string' ? next : undefined)
  const [t, link] = await Promise.all([getTranslations('entrance.link'), findSignInLink(token)])
  if (link?.state === 'open') {
    return (
      <ClientMessages namespaces={['entrance']}>
        <Entrance lead={t('lead', { email: link.email })} title={t('title')}>
          <SignInLinkForm next={path} token={token} />
        </Entrance>
      </ClientMessages>
    )
  }
  return (
    <Entrance lead={t(BODIES[link?.state ?? 'unknown'], { minutes: String(LINK_MINUTES) })} title={t('closedTitle')}>
      <LinkButton className="self-start" href={signInTo(path)} size="lg" variant="primary">
        {t('again')}
      </LinkButton>
    </Entrance>
  )
}

const BODIES = { used: 'usedBody', expired: 'expiredBody', unknown: 'unknownBody' } as const satisfies Record<
  Exclude<SignInLink['state'], 'open'> | 'unknown',
  string
>
