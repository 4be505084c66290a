import { encode } from 'uqr'
import { getBrand } from '../platform/brand'
import type { Holder } from './holder'
import { addressOfSecret } from './one-time-code'
import { offerSecondFactor } from './second-factor'

/** What somebody scans, or types, to set their phone up. `squares` is the path of an SVG, `size` of its modules wide and high. */
export type SecondFactorOffer = { secret: string; sealed: string; squares: string; size: number }

const QUIET_ZONE = 2

export function drawSecondFactorOffer(holder: Holder): SecondFactorOffer {
  const { secret, sealed } = offerSecondFactor(holder)
  const { data, size } = encode(addressOfSecret(secret, { issuer: getBrand().name, label: holder.email }), { border: QUIET_ZONE })
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { secret, sealed, squares, size }
}
