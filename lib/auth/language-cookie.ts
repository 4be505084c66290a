import { isLocale, type Locale } from '../locale'
import { isHttps } from './public-url'

const NAME = 'headroom-language'
const YEAR_SECONDS = 365 * 24 * 3600

type Jar = { get(name: string): { value: string } | undefined }
type WritableJar = { set(name: string, value: string, options: object): unknown }

/** The language that was chosen in this browser, by whoever was at it; null where none was. */
export function readLanguageCookie(jar: Jar): Locale | null {
  const value = jar.get(NAME)?.value
  return isLocale(value) ? value : null
}

export function writeLanguageCookie(jar: WritableJar, locale: Locale): void {
  jar.set(NAME, locale, { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(), maxAge: YEAR_SECONDS })
}
