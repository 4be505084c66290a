import { unitPriceString } from '../../money'
import { type OverLimitPolicy, unitPriceOf } from '../core/catalog'

/** What happens above the limit of one meter, as a page words it. A unit price is a decimal in major units; null: the meter costs nothing. */
export type OverLimitView =
  | { type: 'block' }
  | { type: 'overage' | 'pay_as_you_go'; unitPrice: string }
  | { type: 'blocks'; unitPrice: string; block: bigint }
  | { type: 'arrears' | 'prepaid'; unitPrice: string | null }

export function viewOverLimit(policy: OverLimitPolicy, meter: string): OverLimitView {
  switch (policy.type) {
    case 'block':
      return { type: 'block' }
    case 'overage':
    case 'pay_as_you_go':
      return { type: policy.type, unitPrice: unitPriceString(policy.unitPrice) }
    case 'blocks':
      return { type: 'blocks', unitPrice: unitPriceString(policy.unitPrice), block: policy.block }
    case 'arrears':
    case 'prepaid': {
      const price = unitPriceOf(policy, meter)
      return { type: policy.type, unitPrice: price === null ? null : unitPriceString(price) }
    }
  }
}
