/**
 * Where people reach this installation, without a slash at its end; links in mails and the cookies' security follow it.
 *
 * @throws Error where it is not set: a link made up from a request's own headers could be anybody's.
 */
export function publicUrl(): string {
  const url = process.env.HEADROOM_URL ?? process.env.NEXTAUTH_URL
  if (!url) throw new Error('HEADROOM_URL is not set')
  return url.replace(/\/+$/, '')
}

export function isHttps(): boolean {
  return publicUrl().startsWith('https://')
}
