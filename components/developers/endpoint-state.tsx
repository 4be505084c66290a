import { useTranslations } from 'next-intl'
import { Status } from '@/components/ui/badge'
import type { DeliveryView, EndpointView } from '@/lib/webhooks/views'

const ENDPOINT_TONES = { enabled: 'ok', failing: 'warning', disabled: 'neutral' } as const

export function EndpointState({ state }: { state: EndpointView['state'] }) {
  const t = useTranslations('developers.endpoints.states')
  return <Status tone={ENDPOINT_TONES[state]}>{t(state)}</Status>
}

/** In words: whether it was taken, waits for its first try or for another, or was given up. */
export function DeliveryState({ delivery: { state, tries } }: { delivery: Pick<DeliveryView, 'state' | 'tries'> }) {
  const t = useTranslations('developers.deliveries.states')
  if (state === 'delivered') return <Status tone="ok">{t('delivered')}</Status>
  if (state === 'failed') return <Status tone="danger">{t('failed')}</Status>
  return tries === 0 ? <Status tone="info">{t('queued')}</Status> : <Status tone="warning">{t('retrying')}</Status>
}
