import type { MeterCardView, UsageCardView } from '@/lib/billing/views/usage-page'

type BarTone = 'accent' | 'warning' | 'danger'

/** A limit that refuses is a problem when it is reached; one that goes on at a price is a matter of cost, until that ends too. */
export function meterTone(meter: Pick<MeterCardView, 'state' | 'remaining'>): BarTone {
  if (isExhausted(meter)) return 'danger'
  switch (meter.state) {
    case 'ok':
      return 'accent'
    case 'warning':
    case 'overage':
    case 'limit_reached':
      return 'warning'
  }
}

/** Not one more unit would be served: at the limit, the hard limit or the cap, or with the balance used up. */
export function isExhausted({ remaining }: Pick<MeterCardView, 'remaining'>): boolean {
  return remaining === 0n
}

/** The meter that a card's badge speaks of: the one that is nearest to its limit or furthest over it. */
export function leadingMeter({ meters }: Pick<UsageCardView, 'meters'>): MeterCardView | null {
  const [first = null, ...others] = meters
  return others.reduce((leading, meter) => (leading === null || (meter.percent ?? -1) > (leading.percent ?? -1) ? meter : leading), first)
}
