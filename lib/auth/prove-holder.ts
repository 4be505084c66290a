import { ok, type Result } from '../result'
import type { Holder } from './holder'
import { checkOperatorSignIn } from './operators'
import { type CodeRefusal, passSecondStep } from './second-factor'
import { checkSignIn, type SignInRefusal } from './sign-in'

type Proof = { password: string; address: string }

/**
 * Asked again before the way in is changed: an unlocked computer is not enough to take an account over. Under the same limit as at
 * sign-in. Whoever has no password chooses one first, by a link to their mailbox.
 */
export async function proveByPassword(holder: Holder, { password, address }: Proof): Promise<Result<null, SignInRefusal>> {
  const given = { email: holder.email, password, address }
  const checked = holder.kind === 'person' ? await checkSignIn(given) : await checkOperatorSignIn(given)
  return checked.ok ? ok(null) : checked
}

/** By both steps, as at sign-in: what one has without the other changes nothing. */
export async function proveByBothSteps(holder: Holder, { code, ...proof }: Proof & { code: string }): Promise<Result<null, SignInRefusal | CodeRefusal>> {
  const proven = await proveByPassword(holder, proof)
  return proven.ok ? passSecondStep(holder, { code, address: proof.address }) : proven
}
