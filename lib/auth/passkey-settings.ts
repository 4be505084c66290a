import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { PasskeyId } from '../ids'
import { ok, type Result, refuse } from '../result'
import type { Holder } from './holder'
import { hashRecoveryCode, readDigits } from './one-time-code'
import { handOutChallenge, takeAsked } from './passkey-cookie'
import { hasPasskey, offerAssertion, offerRegistration, type RegisterRefusal, registerPasskey, removePasskey } from './passkeys'
import type { ProofRefusal } from './prove-holder'
import { type GivenProof, provePresent } from './prove-present'
import { findSecondFactor, type TurnedOn } from './second-factor'

/** The question to one of somebody's passkeys, before what needs their proof. Only in a server action, as is all of this. */
export async function askForProof(holder: Holder): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const options = await offerAssertion(holder)
  await handOutChallenge({ of: 'proof', holder }, options.challenge)
  return options
}

/**
 * The question for a new passkey, to whoever has shown who they are: its answer needs no other proof. A recovery code that was shown is used
 * up by the answer: whoever cancels what their device asks still has it.
 */
export async function askForPasskey(holder: Holder, proof: GivenProof): Promise<Result<PublicKeyCredentialCreationOptionsJSON, ProofRefusal>> {
  const proven = await provePresent(holder, { ...proof, keepsRecoveryCode: true })
  if (!proven.ok) return proven
  const options = await offerRegistration(holder)
  const isRecovery = !proof.passkey && readDigits(proof.code) === null && (await findSecondFactor(holder)) !== null
  await handOutChallenge({ of: 'registration', holder }, options.challenge, isRecovery ? hashRecoveryCode(proof.code) : null)
  return ok(options)
}

export async function keepPasskey(
  holder: Holder,
  { name, response }: { name: string; response: RegistrationResponseJSON },
): Promise<Result<TurnedOn, RegisterRefusal>> {
  const asked = await takeAsked({ of: 'registration', holder })
  return registerPasskey(holder, { challenge: null, recoveryHash: null, ...asked, response, name })
}

export async function dropPasskey(
  holder: Holder,
  { passkeyId, ...proof }: GivenProof & { passkeyId: PasskeyId },
): Promise<Result<null, ProofRefusal | { code: 'not_found' }>> {
  if (!(await hasPasskey(holder, passkeyId))) return refuse({ code: 'not_found' }) // Before a recovery code is used up for nothing.
  const proven = await provePresent(holder, proof)
  return proven.ok ? removePasskey(holder, passkeyId) : proven
}
