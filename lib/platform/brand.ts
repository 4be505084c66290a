import { contrast, parseHex } from '../contrast'

/** Who the reader deals with: the operator's product, not ours. */
export type Brand = {
  name: string
  /** `#rrggbb`. */
  accent: string
  /** What can be read on it. */
  onAccent: string
  /** Where questions go; null: nobody has said. */
  support: string | null
}

const OUR_ACCENT = '#2f4bc7'
const WHITE = [255, 255, 255] as const
const LEGIBLE = 4.5

/** The operator's settings, as every program is handed them. */
export function getBrand(): Brand {
  const wished = process.env.HEADROOM_ACCENT_COLOR
  const accent = wished !== undefined && parseHex(wished) ? wished : OUR_ACCENT
  return { name: 'Headroom', accent, onAccent: contrast(parseHex(accent) ?? WHITE, WHITE) >= LEGIBLE ? '#ffffff' : '#0b0d14', support: null }
}
