import { clampChroma, converter, useMode as defineMode, formatHex, modeLrgb, modeOklch, modeRgb, type Oklch, parseHex, wcagContrast } from 'culori/fn'

for (const mode of [modeRgb, modeLrgb, modeOklch]) defineMode(mode)
const toOklch = converter('oklch')

/** An operator's one colour as each theme can show it, `#rrggbb` each. */
export type BrandTones = {
  /** Fills buttons and bars. */
  accent: string
  /** Text and icons on that. */
  onAccent: string
  /** Text on the page. */
  ink: string
}
export type BrandTheme = 'light' | 'dark'

/** Of each theme the least favourable surface in `globals.css`, and what is written on the accent. */
const THEMES: Record<BrandTheme, { ground: string; onAccent: string; towards: 0 | 1 }> = {
  light: { ground: '#f3f4f6', onAccent: '#ffffff', towards: 0 },
  dark: { ground: '#26282e', onAccent: '#0b0d14', towards: 1 },
}

/** Shapes such as bars (WCAG 1.4.11), and text on a button (1.4.3). */
const SHAPE_CONTRAST = 3
const TEXT_CONTRAST = 4.5
/** Text on the page, with room for the tint that it may stand on. */
const INK_CONTRAST = 5.2
const STEPS = 200

/**
 * A colour that could not be read is moved, at its own hue, just as far towards black or white as it must be; so no setting can make
 * the dashboard illegible. Towards black in the light theme and white in the dark one, so that a button under the pointer, which goes
 * further the same way, stays legible too.
 */
export function brandTones(accent: string, theme: BrandTheme): BrandTones {
  const { ground, onAccent, towards } = THEMES[theme]
  const isShape = (hex: string) => wcagContrast(hex, ground) >= SHAPE_CONTRAST && wcagContrast(hex, onAccent) >= TEXT_CONTRAST
  const isInk = (hex: string) => wcagContrast(hex, ground) >= INK_CONTRAST
  return { accent: nearest(accent, towards, isShape), onAccent, ink: nearest(accent, towards, isInk) }
}

/** What had to be moved, in a sentence for whoever has chosen the colour. Empty where it can be shown as it is. */
export function wordAdjustedAccent(accent: string | undefined): string[] {
  if (accent === undefined) return []
  return (['light', 'dark'] as const).flatMap((theme) => {
    const shown = brandTones(accent, theme).accent
    if (shown === accent.toLowerCase()) return []
    return [`HEADROOM_ACCENT_COLOR ${accent} is too ${theme} to be read in the ${theme} theme, which shows ${shown} in its place.`]
  })
}

function nearest(hex: string, towards: 0 | 1, isLegible: (hex: string) => boolean): string {
  const given = toOklch(parseHex(hex))
  if (!given) throw new RangeError(`${hex} is no colour`)
  if (isLegible(hex)) return hex.toLowerCase()
  for (let step = 1; step <= STEPS; step++) {
    const l = given.l + (towards - given.l) * (step / STEPS)
    const moved = formatHex(clampChroma({ ...given, l } satisfies Oklch, 'oklch'))
    if (isLegible(moved)) return moved
  }
  throw new RangeError(`${hex} cannot be made legible`) // Black and white can.
}
