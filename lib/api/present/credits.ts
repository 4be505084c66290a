import type { z } from '@hono/zod-openapi'
import type { AutoRechargeView, GrantView } from '../../billing/views/credits'
import type { Currency } from '../../money'
import type { credits } from '../schemas/credit'
import { at, atOrNull, exactDecimal, whole, wholeOrNull } from './values'

type Credits = z.output<typeof credits>

export function presentGrant(view: GrantView, currency: Currency): Credits['grants'][number] {
  return {
    id: view.id,
    source: view.source,
    amount: exactDecimal(view.amount, currency),
    remaining: exactDecimal(view.remaining, currency),
    expired: exactDecimal(view.expired, currency),
    granted_at: at(view.grantedAt),
    expires_at: atOrNull(view.expiresAt),
    invoice: view.documentId,
    draws: view.draws.map(({ day, for: drawnFor, meter, documentId, amount }) => ({
      day,
      for: drawnFor,
      meter,
      invoice: documentId,
      amount: exactDecimal(amount, currency),
    })),
  }
}

export function presentAutoRecharge(view: AutoRechargeView | null): Credits['auto_recharge'] {
  if (!view) return null
  const { enabled, threshold, amount, monthlyLimit, failuresInARow } = view
  return { enabled, threshold: whole(threshold), amount: whole(amount), monthly_limit: wholeOrNull(monthlyLimit), failures_in_a_row: failuresInARow }
}
