import type { ComponentProps } from 'react'
import { addPasskeyAction, askForPasskeyAction, askForProofAction, removePasskeyAction, renamePasskeyAction } from '@/app/actions/passkeys'
import { offerSecondFactorAction, renewRecoveryCodesAction, turnOffSecondFactorAction, turnOnSecondFactorAction } from '@/app/actions/second-step'
import type { OwnSecondStep } from '@/components/settings/own-second-step'
import { listPasskeys, PASSKEY_NAME_MAX, showPasskey } from '@/lib/auth/passkeys'
import { relyingParty } from '@/lib/auth/relying-party'
import { findSecondFactor } from '@/lib/auth/second-factor'
import { asPerson } from '@/lib/auth/second-step'

/** What a person has of a second step, and what they may do about it. */
export async function loadSecondStep(account: Parameters<typeof asPerson>[0]): Promise<Pick<ComponentProps<typeof OwnSecondStep>, 'app' | 'passkeys'>> {
  const [present, passkeys] = await Promise.all([findSecondFactor(asPerson(account)), listPasskeys(asPerson(account))])
  return {
    app: {
      askPasskey: askForProofAction,
      email: account.email,
      offer: offerSecondFactorAction,
      present,
      renew: renewRecoveryCodesAction,
      turnOff: turnOffSecondFactorAction,
      turnOn: turnOnSecondFactorAction,
    },
    passkeys: relyingParty() && {
      add: addPasskeyAction,
      askForNew: askForPasskeyAction,
      nameMaximum: PASSKEY_NAME_MAX,
      passkeys: passkeys.map(showPasskey),
      remove: removePasskeyAction,
      rename: renamePasskeyAction,
    },
  }
}
