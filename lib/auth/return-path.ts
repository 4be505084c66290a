const OURS = 'https://ours.invalid'

/** Where to go after signing in, if it is a page of ours; else `/`. An address elsewhere would make us a phisher's detour. */
export function safeReturnPath(next: string | undefined): string {
  if (!next?.startsWith('/') || !URL.canParse(next, OURS)) return '/'
  const url = new URL(next, OURS) // As the browser reads it: `//evil.example` and `/\evil.example` are elsewhere, and so is what `/..//evil.example` comes to.
  return url.origin === OURS && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/'
}

const DESK = '/operator'

/** Likewise, of the desk's pages; else its first. */
export function deskReturnPath(next: string | string[] | undefined): string {
  const path = safeReturnPath(typeof next === 'string' ? next : undefined)
  return path === DESK || path.startsWith(`${DESK}/`) ? path : DESK
}
