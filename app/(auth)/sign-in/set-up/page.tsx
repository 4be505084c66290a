import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { signOutAction } from '@/app/actions/account'
import { Entrance } from '@/components/auth/entrance'
import { setUpPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { OwnSecondStep } from '@/components/settings/own-second-step'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { inWeb } from '@/db/client'
import { hasOwnPassword } from '@/lib/auth/account'
import { safeReturnPath } from '@/lib/auth/return-path'
import { getMemberships, getOwnAccount, requireUser } from '@/lib/auth/session'
import { loadSecondStep } from '../../load-second-step'

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.duty')
  return { title: t('title'), robots: { index: false } }
}

/** For whoever lacks the second step that their organization asks for. They stay until they have kept their recovery codes. */
export default async function SetUpPage({ searchParams }: Props) {
  const { next } = await searchParams
  const path = safeReturnPath(typeof next === 'string' ? next : undefined)
  await requireUser(setUpPath(path))
  const account = await getOwnAccount()
  if (!account) notFound() // Whom the product has sent over is not asked.
  const [t, memberships, secondStep, hasPassword] = await Promise.all([
    getTranslations('secondStep.duty'),
    getMemberships(),
    loadSecondStep(account),
    inWeb({ userId: account.id }, (tx) => hasOwnPassword(tx, account.email)),
  ])
  const asking = memberships.find(({ organization }) => path.split('/')[1] === organization.slug) ?? memberships[0]
  return (
    <ClientMessages namespaces={['secondStep', 'passkeys']}>
      <Entrance
        footer={
          <form action={signOutAction}>
            <Button type="submit">{t('signOut')}</Button>
          </form>
        }
        lead={asking && t('lead', { organization: asking.organization.name })}
        title={t('title')}
      >
        <OwnSecondStep {...secondStep} frame={Section} hasPassword={hasPassword} />
        {secondStep.app.present && (
          <LinkButton href={path} variant="primary">
            {t('goOn')}
          </LinkButton>
        )}
      </Entrance>
    </ClientMessages>
  )
}
