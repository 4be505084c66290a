import { type BrandTones, brandTones } from './brand-tones'

/** Whom the reader deals with: the company that runs this installation. For pages, mails and printed documents alike. */
export type Brand = {
  name: string
  /** `#rrggbb`, as light pages, mails and paper show it, and what can be read on it. */
  accent: string
  onAccent: string
  /** Where questions go: a mail address, or a page without its `https://`; null: nobody has said. */
  support: string | null
  /** The same as a link. */
  supportHref: string | null
  /** Where the logo is served; `dark` is null where there is one for both. Null: the name is shown. */
  logo: { light: string; dark: string | null } | null
  /** Where the small square one is served, for browser tabs. */
  icon: string
}

type Variables = Record<string, string | undefined>

const OUR_NAME = 'Headroom'
const OUR_ACCENT = '#2f4bc7'
const FILES = '/api/brand/'

/** Read at each call: a build must not freeze what the environment says. */
export function getBrand(environment: Variables = process.env): Brand {
  const { accent, onAccent } = brandTones(accentOf(environment) ?? OUR_ACCENT, 'light')
  const support = environment.HEADROOM_SUPPORT ?? null
  const isPage = support?.startsWith('https://')
  const { HEADROOM_BRAND_LOGO_FILE: light, HEADROOM_BRAND_LOGO_DARK_FILE: dark, HEADROOM_BRAND_ICON_FILE: icon = 'icon.svg' } = environment
  return {
    name: environment.HEADROOM_BRAND_NAME ?? OUR_NAME,
    accent,
    onAccent,
    support: support && (isPage ? support.replace(/^https:\/\/|\/$/g, '') : support),
    supportHref: support && (isPage ? support : `mailto:${support}`),
    logo: light ? { light: FILES + light, dark: dark ? FILES + dark : null } : null,
    icon: FILES + icon,
  }
}

/** Of both themes, for the pages; null: our own accent, which `globals.css` holds. */
export function brandThemes(environment: Variables = process.env): Record<'light' | 'dark', BrandTones> | null {
  const accent = accentOf(environment)
  return accent === null ? null : { light: brandTones(accent, 'light'), dark: brandTones(accent, 'dark') }
}

function accentOf({ HEADROOM_ACCENT_COLOR: accent }: Variables): string | null {
  return accent && /^#[\da-f]{6}$/i.test(accent) ? accent : null
}

/** What stands in a browser tab where no icon is given: our mark, or the company's first letter, in its colour in both themes. */
export function drawIcon(environment: Variables = process.env): string {
  const themes = brandThemes(environment)
  const [light, dark] = [themes?.light ?? OUR_TONES.light, themes?.dark ?? OUR_TONES.dark]
  const { name } = getBrand(environment)
  const inTheDark = '@media(prefers-color-scheme:dark)'
  if (name === OUR_NAME) {
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none"><title>${OUR_NAME}</title><style>rect{stroke:#14161c}path{fill:${light.accent}}${inTheDark}{rect{stroke:#f2f3f5}path{fill:${dark.accent}}}</style><rect x="1.75" y="1.75" width="16.5" height="16.5" rx="4.25" stroke-width="1.5"/><path d="M4.5 11h11v2.5a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2z"/></svg>`
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><style>rect{fill:${light.accent}}text{fill:${light.onAccent};font:600 12px system-ui,sans-serif}${inTheDark}{rect{fill:${dark.accent}}text{fill:${dark.onAccent}}}</style><rect width="20" height="20" rx="5"/><text x="10" y="14.2" text-anchor="middle">${escapeXml(initialOf(name))}</text></svg>`
}

const OUR_TONES = { light: { accent: '#2f4fc4', onAccent: '#ffffff' }, dark: { accent: '#8ba4ff', onAccent: '#0b0d14' } }

/** A whole character as people count them. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim())
  return (first?.segment ?? '').toLocaleUpperCase()
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
