import type { MeterCardView, UsageCardView } from '@/lib/billing/views/usage-page'

type BarTone = 'accent' | 'warning' | 'danger'

/** A limit that refuses is a problem when it is reached; one that goes on at a price is a matter of cost. */
export function meterTone({ state, overagePrice }: Pick<MeterCardView, 'state' | 'overagePrice'>): BarTone {
  switch (state) {
    case 'ok':
      return 'accent'
    case 'warning':
    case 'overage':
      return 'warning'
    case 'limit_reached':
      return overagePrice === null ? 'danger' : 'warning'
  }
}

/** The meter that a card's badge speaks of: the one that is nearest to its limit or furthest over it. */
export function leadingMeter({ meters }: Pick<UsageCardView, 'meters'>): MeterCardView | null {
  const [first = null, ...others] = meters
  return others.reduce((leading, meter) => (leading === null || (meter.percent ?? -1) > (leading.percent ?? -1) ? meter : leading), first)
}
