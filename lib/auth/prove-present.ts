import type { Result } from '../result'
import type { Holder } from './holder'
import { takeChallenge } from './passkey-cookie'
import { type Proof, type ProofRefusal, proveOneself } from './prove-holder'
import { presentBrowser } from './session'

/** As a form sends it. */
export type GivenProof = Pick<Proof, 'password' | 'code' | 'passkey' | 'keepsRecoveryCode'>

/** The proof that came with this request, with what this browser's passkey was asked. Only in a server action. */
export async function provePresent(holder: Holder, given: GivenProof): Promise<Result<null, ProofRefusal>> {
  const challenge = given.passkey ? await takeChallenge({ of: 'proof', holder }) : null
  return proveOneself(holder, { ...given, challenge, ...(await presentBrowser()) })
}
