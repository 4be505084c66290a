import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { leaveDeskAction } from '@/app/actions/operator/entrance'
import {
  addOperatorPasskeyAction,
  askOperatorForPasskeyAction,
  askOperatorForProofAction,
  removeOperatorPasskeyAction,
  renameOperatorPasskeyAction,
} from '@/app/actions/operator/passkeys'
import {
  offerOperatorSecondFactorAction,
  renewOperatorRecoveryCodesAction,
  turnOffOperatorSecondFactorAction,
  turnOnOperatorSecondFactorAction,
} from '@/app/actions/operator/second-step'
import { Entrance } from '@/components/auth/entrance'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskPath, deskSignInPath } from '@/components/operator/desk-routes'
import { OwnSecondStep } from '@/components/settings/own-second-step'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { listPasskeys, PASSKEY_NAME_MAX, showPasskey } from '@/lib/auth/passkeys'
import { asOperator, getSignedInOperator } from '@/lib/auth/present-operator'
import { relyingParty } from '@/lib/auth/relying-party'
import { findSecondFactor } from '@/lib/auth/second-factor'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.duty')
  return { title: t('title'), robots: { index: false } }
}

/** For an operator who lacks the second step that this installation asks of them. They stay until they have kept their recovery codes. */
export default async function OperatorSetUpPage() {
  const operator = await getSignedInOperator()
  if (!operator) redirect(deskSignInPath)
  const holder = asOperator(operator)
  const [t, present, passkeys] = await Promise.all([getTranslations('secondStep.duty'), findSecondFactor(holder), listPasskeys(holder)])
  return (
    <ClientMessages namespaces={['secondStep', 'passkeys']}>
      <Entrance
        footer={
          <form action={leaveDeskAction}>
            <Button type="submit">{t('signOut')}</Button>
          </form>
        }
        lead={t('leadDesk')}
        title={t('title')}
      >
        <OwnSecondStep
          app={{
            askPasskey: askOperatorForProofAction,
            email: operator.email,
            offer: offerOperatorSecondFactorAction,
            present,
            renew: renewOperatorRecoveryCodesAction,
            turnOff: turnOffOperatorSecondFactorAction,
            turnOn: turnOnOperatorSecondFactorAction,
          }}
          frame={Section}
          hasPassword
          passkeys={
            relyingParty() && {
              add: addOperatorPasskeyAction,
              askForNew: askOperatorForPasskeyAction,
              nameMaximum: PASSKEY_NAME_MAX,
              passkeys: passkeys.map(showPasskey),
              remove: removeOperatorPasskeyAction,
              rename: renameOperatorPasskeyAction,
            }
          }
        />
        {present && (
          <LinkButton href={deskPath('organizations')} variant="primary">
            {t('goOn')}
          </LinkButton>
        )}
      </Entrance>
    </ClientMessages>
  )
}
