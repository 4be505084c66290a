import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { signOutAction } from '@/app/actions/account'
import { addPasskeyAction, askForPasskeyAction, askForProofAction, removePasskeyAction, renamePasskeyAction } from '@/app/actions/passkeys'
import { offerSecondFactorAction, renewRecoveryCodesAction, turnOffSecondFactorAction, turnOnSecondFactorAction } from '@/app/actions/second-step'
import { Entrance } from '@/components/auth/entrance'
import { setUpPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { OwnSecondStep } from '@/components/settings/own-second-step'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { inWeb } from '@/db/client'
import { hasOwnPassword } from '@/lib/auth/account'
import { listPasskeys, PASSKEY_NAME_MAX, showPasskey } from '@/lib/auth/passkeys'
import { relyingParty } from '@/lib/auth/relying-party'
import { safeReturnPath } from '@/lib/auth/return-path'
import { findSecondFactor } from '@/lib/auth/second-factor'
import { asPerson } from '@/lib/auth/second-step'
import { getMemberships, getOwnAccount, requireUser } from '@/lib/auth/session'

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
  const holder = asPerson(account)
  const [t, memberships, present, passkeys, hasPassword] = await Promise.all([
    getTranslations('secondStep.duty'),
    getMemberships(),
    findSecondFactor(holder),
    listPasskeys(holder),
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
        <OwnSecondStep
          app={{
            askPasskey: askForProofAction,
            email: account.email,
            offer: offerSecondFactorAction,
            present,
            renew: renewRecoveryCodesAction,
            turnOff: turnOffSecondFactorAction,
            turnOn: turnOnSecondFactorAction,
          }}
          frame={Section}
          hasPassword={hasPassword}
          passkeys={
            relyingParty() && {
              add: addPasskeyAction,
              askForNew: askForPasskeyAction,
              nameMaximum: PASSKEY_NAME_MAX,
              passkeys: passkeys.map(showPasskey),
              remove: removePasskeyAction,
              rename: renamePasskeyAction,
            }
          }
        />
        {present && (
          <LinkButton href={path} variant="primary">
            {t('goOn')}
          </LinkButton>
        )}
      </Entrance>
    </ClientMessages>
  )
}
