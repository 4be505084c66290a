import { contrast, parseHex, type Rgb } from '@/lib/contrast'

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]
/** The surfaces of both themes in `globals.css`, the least favourable ones: what a colour must stand out from. */
const LIGHT_GROUND: Rgb = [243, 244, 246]
const DARK_GROUND: Rgb = [38, 40, 46]
const INK_ON_ACCENT: Rgb = [11, 13, 20]

/** Large shapes such as bars and buttons (WCAG 1.4.11). */
const SHAPE_CONTRAST = 3
/** Text, with room for the tint that it may stand on (WCAG 1.4.3 asks for 4.5). */
const TEXT_CONTRAST = 5.2

/** The colour nearest to `color`, towards `end`, that stands out from `ground` by `wanted`. */
function standOut(color: Rgb, ground: Rgb, end: Rgb, wanted: number): Rgb {
  for (let step = 0; step <= 100; step++) {
    const mixed = color.map((channel, index) => Math.round(channel + ((end[index] ?? 0) - channel) * (step / 100))) as unknown as Rgb
    if (contrast(mixed, ground) >= wanted) return mixed
  }
  return end
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}

function readableOn(fill: Rgb): Rgb {
  return contrast(fill, WHITE) >= 4.5 ? WHITE : INK_ON_ACCENT
}

/**
 * The custom properties by which an operator's one colour (`#rrggbb`) becomes the accent of both themes. A colour that could not be read on a
 * page is moved towards black or white just as far as it must be; so no setting can make the dashboard illegible.
 *
 * @returns `{}`, our own accent, where there is no colour or it is not one.
 */
export function brandStyle(accent: string | undefined): Record<`--brand-${string}`, string> {
  const color = accent === undefined ? null : parseHex(accent)
  if (!color) return {}
  const light = standOut(color, LIGHT_GROUND, BLACK, SHAPE_CONTRAST)
  const dark = standOut(color, DARK_GROUND, WHITE, SHAPE_CONTRAST)
  return {
    '--brand-light': css(light),
    '--brand-light-ink': css(standOut(color, LIGHT_GROUND, BLACK, TEXT_CONTRAST)),
    '--brand-light-on': css(readableOn(light)),
    '--brand-dark': css(dark),
    '--brand-dark-ink': css(standOut(color, DARK_GROUND, WHITE, TEXT_CONTRAST)),
    '--brand-dark-on': css(readableOn(dark)),
  }
}
