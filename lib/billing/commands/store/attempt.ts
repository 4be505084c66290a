import type { PaymentObservation } from '../../../payments/port'
import type { PaymentRow } from './documents'

type Attempts = Pick<PaymentRow, 'attempts' | 'attemptsOver'>

/** A provider remembers a failure of its own under its key for a day, so that one key is not tried for ever. */
const TRIES_UNDER_ONE_KEY = 2

/** The attempt has been begun before, and nobody knows yet what became of it: its process died, or its answer was lost. */
export function isRepeated({ attempts, attemptsOver }: Attempts): boolean {
  return attempts - attemptsOver > 1
}

/** An attempt whose outcome is still to come. */
export function isUnanswered({ attempts, attemptsOver }: Attempts): boolean {
  return attempts > attemptsOver
}

/** It is with the provider now, or was when its process died: a refusal before it is not what became of it. */
export function isUnderWay(payment: Attempts & Pick<PaymentRow, 'checkAt'>): boolean {
  return isUnanswered(payment) && payment.checkAt !== null
}

/**
 * The number in the running attempt's idempotency key. What is made again has the key that it had, so that a provider that has
 * heard of it after all answers as it did.
 */
export function keyNumber({ attempts, attemptsOver }: Attempts): number {
  const triesBefore = attempts - attemptsOver - 1
  return attempts - (triesBefore % TRIES_UNDER_ONE_KEY)
}

/**
 * Whether what is read back tells what became of the attempt under way. The provider shows what it heard last: where it never
 * heard of the attempt that is the refusal, or the bank's question, before it, which must not count twice (C12).
 */
export function tellsOfAttempt({ confirmUrl, refusalRef }: Pick<PaymentRow, 'confirmUrl' | 'refusalRef'>, observed: PaymentObservation): boolean {
  switch (observed.state) {
    case 'open':
      return false
    case 'needs_customer':
      return observed.url !== confirmUrl
    case 'refused':
      // What the bank has asked since it refused can be refused without another charge.
      if (confirmUrl !== null) return true
      // One without a name cannot be told from the one before it: the attempt is made again under its key, which is answered as it was.
      return observed.refusalRef !== undefined && observed.refusalRef !== refusalRef
    default:
      return true
  }
}
