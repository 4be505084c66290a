import type { z } from '@hono/zod-openapi'
import type { ChangeQuote } from '../../billing/commands/quote-change'
import type { FirstSubscription } from '../../billing/commands/subscribe'
import type { DraftDocument } from '../../billing/core/document'
import type { Rejection } from '../../billing/core/rejection'
import type { TrialRefusal } from '../../billing/core/trial'
import type { quote, rejection } from '../schemas/subscription'
import { at, atOrNull, presentLine, whole, wholeOrNull } from './values'

type Quote = z.output<typeof quote>

export function presentRejection(refused: Rejection): z.output<typeof rejection> {
  const { code, message, rule, formula, inputs, meter, elapsedDays } = refused
  return {
    code,
    message,
    retry_at: atOrNull(refused.retryAt),
    renewal_at: at(refused.renewalAt),
    current_usage: wholeOrNull(refused.currentUsage),
    allowed_usage: wholeOrNull(refused.allowedUsage),
    meter,
    elapsed_days: elapsedDays,
    target_limit: wholeOrNull(refused.targetLimit),
    rule,
    formula,
    inputs,
  }
}

function presentCharge(document: DraftDocument) {
  return {
    lines: document.lines.map(presentLine),
    total: whole(document.total),
    credit_applied: whole(document.creditApplied),
    amount_due: whole(document.amountDue),
    credit_issued: whole(document.creditIssued),
    differs_because: document.differsBecause,
  }
}

export function presentQuote({ id, decision, target }: ChangeQuote): Quote {
  const { kind, effective, document, nextRenewal, rejection: refused } = decision
  return {
    id,
    kind,
    allowed: refused === null,
    effective,
    effective_at: at(decision.effectiveAt),
    currency: target.product.currency,
    ...presentCharge(document),
    drops_pending_change: decision.dropsPendingChange,
    next_renewal: { at: at(nextRenewal.at), amount: whole(nextRenewal.amount) },
    expires_at: at(decision.expiresAt),
    rejection: refused && presentRejection(refused),
  }
}

/** A refusal of a first subscription's trial, in the form that quotes have (G69). */
function presentTrialRefusal({ code, message, rule, formula, inputs }: TrialRefusal): NonNullable<Quote['rejection']> {
  const noUsage = { current_usage: null, allowed_usage: null, meter: null, elapsed_days: null, target_limit: null }
  return { code, message, retry_at: null, renewal_at: null, ...noUsage, rule, formula, inputs }
}

/** The price of a first subscription (G81): held to by `expected_amount_due`, so it needs no id. */
export function presentFirstQuote({ now, product, document, nextRenewal, expiresAt, trialRefusal }: FirstSubscription): Quote {
  return {
    id: null,
    kind: 'subscribe',
    allowed: trialRefusal === null,
    effective: 'now',
    effective_at: at(now),
    currency: product.currency,
    ...presentCharge(document),
    drops_pending_change: false,
    next_renewal: { at: at(nextRenewal.at), amount: whole(nextRenewal.amount) },
    expires_at: at(expiresAt),
    rejection: trialRefusal && presentTrialRefusal(trialRefusal),
  }
}
