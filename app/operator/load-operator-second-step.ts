import type { ComponentProps } from 'react'
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
import type { OwnSecondStep } from '@/components/settings/own-second-step'
import { listPasskeys, PASSKEY_NAME_MAX, showPasskey } from '@/lib/auth/passkeys'
import { asOperator } from '@/lib/auth/present-operator'
import { relyingParty } from '@/lib/auth/relying-party'
import { findSecondFactor } from '@/lib/auth/second-factor'

/** What an operator has of a second step, and what they may do about it. Every operator has a password. */
export async function loadOperatorSecondStep(operator: Parameters<typeof asOperator>[0]): Promise<Omit<ComponentProps<typeof OwnSecondStep>, 'frame'>> {
  const [present, passkeys] = await Promise.all([findSecondFactor(asOperator(operator)), listPasskeys(asOperator(operator))])
  return {
    app: {
      askPasskey: askOperatorForProofAction,
      email: operator.email,
      offer: offerOperatorSecondFactorAction,
      present,
      renew: renewOperatorRecoveryCodesAction,
      turnOff: turnOffOperatorSecondFactorAction,
      turnOn: turnOnOperatorSecondFactorAction,
    },
    hasPassword: true,
    passkeys: relyingParty() && {
      add: addOperatorPasskeyAction,
      askForNew: askOperatorForPasskeyAction,
      nameMaximum: PASSKEY_NAME_MAX,
      passkeys: passkeys.map(showPasskey),
      remove: removeOperatorPasskeyAction,
      rename: renameOperatorPasskeyAction,
    },
  }
}
