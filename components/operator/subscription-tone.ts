import type { Tone } from '@/components/ui/tone'
import type { SubscriptionView } from '@/lib/billing/views/subscriptions'

const TONES: Record<SubscriptionView['status'], Tone> = {
  trialing: 'info',
  active: 'ok',
  past_due: 'warning',
  unpaid: 'danger',
  awaiting_payment: 'warning',
  canceled: 'neutral',
}

export const subscriptionTone = (status: SubscriptionView['status']): Tone => TONES[status]
