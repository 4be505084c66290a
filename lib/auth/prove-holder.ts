import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { ok, type Result } from '../result'
import type { KnownBrowser } from './browser-name'
import type { Holder } from './holder'
import { checkOperatorSignIn } from './operators'
import { type PasskeyRefusal, passWithPasskey } from './passkeys'
import { type CodeRefusal, findSecondFactor, passSecondStep } from './second-factor'
import { checkSignIn, type SignInRefusal } from './sign-in'

/** `challenge`: what the passkey was asked; null where it was not. */
export type Proof = {
  password: string
  code: string
  passkey?: AuthenticationResponseJSON | undefined
  challenge: string | null
  /** A recovery code is looked at, and used up by what comes of it. */
  keepsRecoveryCode?: true
} & KnownBrowser

export type ProofRefusal = SignInRefusal | CodeRefusal | PasskeyRefusal

/**
 * Asked again before the way in is changed: an unlocked computer is not enough to take an account over. Under the same limit as at
 * sign-in. Whoever has no password chooses one first, by a link to their mailbox.
 */
export async function proveByPassword(
  holder: Holder,
  { password, address, agent }: Pick<Proof, 'password' | 'address' | 'agent'>,
): Promise<Result<null, SignInRefusal>> {
  const given = { email: holder.email, password, address, agent }
  const checked = holder.kind === 'person' ? await checkSignIn(given) : await checkOperatorSignIn(given)
  return checked.ok ? ok(null) : checked
}

/** By as many steps as signing in takes: what one has without the other changes nothing. A passkey is both. */
export async function proveOneself(holder: Holder, { passkey, challenge, ...proof }: Proof): Promise<Result<null, ProofRefusal>> {
  if (passkey) {
    const passed = await passWithPasskey(holder, { challenge, response: passkey, address: proof.address, agent: proof.agent })
    return passed.ok ? ok(null) : passed
  }
  const proven = await proveByPassword(holder, proof)
  if (!proven.ok || !(await findSecondFactor(holder))) return proven
  return passSecondStep(holder, proof)
}
