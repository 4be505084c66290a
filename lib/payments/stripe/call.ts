import { setTimeout as pause } from 'node:timers/promises'
import { Stripe } from 'stripe'
import { OutcomeUnknown, ProviderMisuse, ProviderUnavailable } from '../port'

const {
  StripeAPIError,
  StripeAuthenticationError,
  StripeCardError,
  StripeConnectionError,
  StripeError,
  StripeIdempotencyError,
  StripeInvalidRequestError,
  StripePermissionError,
  StripeRateLimitError,
} = Stripe.errors

/** The call never left this machine, so nothing can have happened. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'])

function wasNeverSent(error: Stripe.errors.StripeConnectionError): boolean {
  const detail: unknown = error.detail
  return detail instanceof Error && 'code' in detail && typeof detail.code === 'string' && NEVER_SENT.has(detail.code)
}

/** A decline and a request that Stripe refuses in its present state are for the caller to look at; see `refusalOf`. */
export function isCardError(error: unknown): error is Stripe.errors.StripeCardError {
  return error instanceof StripeCardError
}

export function isInvalidRequest(error: unknown): error is Stripe.errors.StripeInvalidRequestError {
  return error instanceof StripeInvalidRequestError
}

/** The method does not exist, is somebody else's, or was taken off its customer. */
export function isUnknownMethod(error: unknown): boolean {
  return isInvalidRequest(error) && error.param === 'payment_method'
}

/** There is no such thing, or it is another account's. */
export function isUnknownObject(error: unknown): boolean {
  return isInvalidRequest(error) && error.code === 'resource_missing'
}

/** Somebody deleted the customer at Stripe. */
function isUnknownPayer(error: unknown): boolean {
  return isInvalidRequest(error) && error.code === 'resource_missing' && error.param === 'customer'
}

/** The payment moved on before our call came: the truth is what `read` says. */
export function isUnexpectedState(error: unknown): boolean {
  return isInvalidRequest(error) && error.code === 'payment_intent_unexpected_state'
}

/**
 * Sorts what the SDK throws by the one thing that matters: may it have happened?
 *
 * `read` and `write` differ in that a lost answer to a reading loses nothing.
 */
export function faultOf(error: unknown, effect: 'read' | 'write'): Error {
  const because = { cause: error }
  const words = error instanceof Error ? error.message : String(error)
  if (error instanceof OutcomeUnknown || error instanceof ProviderUnavailable || error instanceof ProviderMisuse) return error
  if (error instanceof StripeRateLimitError) return new ProviderUnavailable(words, because)
  if (error instanceof StripeIdempotencyError || error instanceof StripeAuthenticationError || error instanceof StripePermissionError) {
    return new ProviderMisuse(words, { ...because, about: 'call' })
  }
  if (isInvalidRequest(error) || isCardError(error)) return new ProviderMisuse(words, { ...because, about: isUnknownPayer(error) ? 'payer' : 'request' })
  if (effect === 'read') return new ProviderUnavailable(words, because)
  if (error instanceof StripeConnectionError && wasNeverSent(error)) return new ProviderUnavailable(words, because)
  // A 409 (its key is still being worked on, and was for as long as we asked), a 5xx (Stripe: "treat as indeterminate"), a time-out, a closed connection, an unreadable answer.
  if (error instanceof StripeAPIError || error instanceof StripeConnectionError || error instanceof StripeError) return new OutcomeUnknown(words, because)
  return new OutcomeUnknown(words, because)
}

/** Another of our calls has the same key and is still being worked on: two presses of one button. */
function isKeyInUse(error: unknown): boolean {
  return error instanceof StripeError && error.code === 'idempotency_key_in_use'
}

const ASK_AGAIN_AFTER_MS = 100
const ASK_AGAIN_AT_MOST = 20

/** The first call's answer is the second's too, a moment later. Once nobody waits for it any more, nothing further is sent. */
async function sentOnce<Value>(send: () => Promise<Value>, isOver: () => boolean): Promise<Value> {
  for (let again = 0; ; again++) {
    try {
      return await send()
    } catch (error) {
      if (!isKeyInUse(error) || again >= ASK_AGAIN_AT_MOST) throw error
      await pause(ASK_AGAIN_AFTER_MS)
      if (isOver()) throw error
    }
  }
}

export type Calling = <Value extends { object: string }>(
  effect: 'read' | 'write',
  object: Value['object'],
  send: () => Promise<Value>,
  keep?: (error: unknown) => boolean,
) => Promise<Value>

/**
 * Makes calls that are answered within `answerWithin` milliseconds in all: the SDK's own limit starts anew with every byte.
 *
 * A call throws OutcomeUnknown, ProviderUnavailable or ProviderMisuse, and what `keep` claims as it is.
 */
export function callingWithin(answerWithin: number): Calling {
  return async (effect, object, send, keep = () => false) => {
    let timer: NodeJS.Timeout | undefined
    let isOver = false
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        isOver = true
        reject(new Error(`Stripe did not answer within ${answerWithin} ms`))
      }, answerWithin)
    })
    try {
      const value = await Promise.race([sentOnce(send, () => isOver), deadline])
      // Whatever stands between us and Stripe may answer 200 too; only the thing that was asked for is an answer.
      if (value.object !== object) throw new Error(`Stripe answered with ${String(value.object)} in place of ${object}`)
      return value
    } catch (error) {
      throw keep(error) ? error : faultOf(error, effect)
    } finally {
      clearTimeout(timer)
    }
  }
}
