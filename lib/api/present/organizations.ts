import type { z } from '@hono/zod-openapi'
import type { ActivityView } from '../../billing/views/activity'
import type { MemberView } from '../../billing/views/members'
import type { NotificationView } from '../../billing/views/notifications'
import type { OrganizationView } from '../../billing/views/organizations'
import type { PaymentMethodView } from '../../billing/views/payment-method'
import type { auditEntry, member, notification, organization, paymentMethod } from '../schemas/organization'
import { at, atOrNull, exactDecimal, presentBilling, whole } from './values'

export function presentOrganization(view: OrganizationView): z.output<typeof organization> {
  return {
    id: view.id,
    name: view.name,
    slug: view.slug,
    currency: view.currency,
    country: view.country,
    registered_at: at(view.registeredAt),
    trust_tier: view.trustTier,
    credit_balance: whole(view.creditBalance),
    prepaid_balance: exactDecimal(view.prepaidBalance, view.currency),
    external_id: view.externalId,
    metadata: view.metadata,
    billing: presentBilling(view.billing),
    language: view.language,
    test_clock: view.testClockId,
    now: at(view.now),
  }
}

export function presentMember(view: Pick<MemberView, 'id' | 'email' | 'name' | 'role' | 'addedAt' | 'joinedAt' | 'personalCredit'>): z.output<typeof member> {
  return {
    id: view.id,
    email: view.email,
    name: view.name,
    role: view.role,
    added_at: at(view.addedAt),
    joined_at: atOrNull(view.joinedAt),
    personal_credit: whole(view.personalCredit),
  }
}

export function presentPaymentMethod(view: Pick<PaymentMethodView, 'brand' | 'last4' | 'expMonth' | 'expYear'>): z.output<typeof paymentMethod> {
  return { brand: view.brand, last4: view.last4, exp_month: view.expMonth, exp_year: view.expYear }
}

export function presentNotification(view: NotificationView): z.output<typeof notification> {
  const { id, kind, channel, recipient, state, error } = view
  return { id, kind, channel, recipient, state, at: at(view.at), sent_at: atOrNull(view.sentAt), error }
}

export function presentAuditEntry({ id, actor, action, target, before, after, ...view }: ActivityView): z.output<typeof auditEntry> {
  return { id, at: at(view.at), actor, action, target, before, after }
}
