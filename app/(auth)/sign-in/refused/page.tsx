import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Entrance } from '@/components/auth/entrance'
import { signInPath } from '@/components/layout/routes'
import { LinkButton } from '@/components/ui/link-button'
import { identityProviders } from '@/lib/auth/identity-providers'
import { IDENTITY_REFUSALS, type IdentityRefusal } from '@/lib/auth/sign-in-with-identity'

type Props = { searchParams: Promise<{ why?: string | string[]; by?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('entrance.provider')
  return { title: t('refusedTitle'), robots: { index: false } }
}

/** Somebody whom an identity provider has let in, and who may not come in here: why, and what to do. */
export default async function SignInRefusedPage({ searchParams }: Props) {
  const { why, by } = await searchParams
  const t = await getTranslations('entrance.provider')
  const code = IDENTITY_REFUSALS.find((known) => known === why) ?? 'no_membership'
  const provider = identityProviders().find(({ id }) => id === by)?.name ?? t('unknown')
  return (
    <Entrance lead={t(BODIES[code], { provider })} title={t('refusedTitle')}>
      <LinkButton className="self-start" href={signInPath} size="lg" variant="primary">
        {t('another')}
      </LinkButton>
    </Entrance>
  )
}

const BODIES = { email_unverified: 'emailUnverifiedBody', no_membership: 'noMembershipBody', other_identity: 'otherIdentityBody' } as const satisfies Record<
  IdentityRefusal['code'],
  string
>
