import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { signInPath } from '@/components/layout/routes'
import { LinkButton } from '@/components/ui/link-button'
import { findPortalSession, type PortalSession } from '@/lib/auth/portal-session'
import { getBrand } from '@/lib/platform/brand'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('entrance.portal')
  return { title: t('endedTitle'), referrer: 'no-referrer', robots: { index: false } }
}

/** An address from the operator's product that opens nothing any more, and the way back to where another is made. */
export default async function PortalEndedPage({ params }: Props) {
  const found = await findPortalSession(decodeURIComponent((await params).token))
  const t = await getTranslations('entrance.portal')
  return (
    <Entrance lead={t(found ? BODIES[found.state] : 'unknownBody')} title={t('endedTitle')}>
      <div className="flex flex-wrap gap-2">
        {found?.returnUrl && (
          <LinkButton document={found.returnUrl} size="lg" variant="primary">
            {t('back', { place: getBrand().name })}
          </LinkButton>
        )}
        <LinkButton href={signInPath} size="lg" variant={found?.returnUrl ? 'secondary' : 'primary'}>
          {t('signIn')}
        </LinkButton>
      </div>
    </Entrance>
  )
}

/** One that is open has been opened on this page by hand. */
const BODIES = { open: 'unknownBody', used: 'usedBody', expired: 'expiredBody', gone: 'goneBody' } as const satisfies Record<PortalSession['state'], string>
