import type { Decline } from './cards'

export type ErrorBody = {
  error: {
    type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
    code?: string
    decline_code?: string
    advice_code?: string
    message: string
    param?: string
    charge?: string
    doc_url?: string
    payment_intent?: object
    setup_intent?: object
    payment_method?: object
    request_log_url?: string
  }
}

/** A refusal in the shape that Stripe answers with. */
export class StripeFailure extends Error {
  override name = 'StripeFailure'

  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    /** Stripe remembers a result under its key only once execution began; a malformed request never did. */
    readonly beforeExecution = false,
  ) {
    super(body.error.message)
  }
}

export function invalidRequest(message: string, detail: { code?: string; param?: string; payment_intent?: object; setup_intent?: object } = {}): StripeFailure {
  return new StripeFailure(400, { error: { type: 'invalid_request_error', message, ...detail } })
}

export function invalidParameter(message: string, detail: { code: string; param: string }): StripeFailure {
  return new StripeFailure(400, { error: { type: 'invalid_request_error', message, ...detail } }, true)
}

export function noSuch(what: string, id: string, param = 'id'): StripeFailure {
  return new StripeFailure(404, { error: { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${what}: '${id}'`, param } })
}

export function cardErrorBody(
  decline: Decline,
  detail: { charge?: string; payment_intent?: object; setup_intent?: object; payment_method?: object } = {},
): ErrorBody {
  return {
    error: {
      type: 'card_error',
      code: decline.code,
      ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
      ...(decline.adviceCode === undefined ? {} : { advice_code: decline.adviceCode }),
      doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
      message: decline.message,
      ...detail,
    },
  }
}
