/**
 * The addresses that a portal session may lead back to: each entry allows itself and whatever lies below it. A page of ours that led
 * anywhere else would lend its good name to a stranger's.
 */
export function readReturnUrls(setting: string | undefined): URL[] {
  return (setting ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .flatMap((entry) => (isReturnUrl(entry) ? [new URL(entry)] : []))
}

/** https, or http on this machine; nothing that signs in, asks or jumps. */
export function isReturnUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  const isNear = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname)
  return (protocol === 'https:' || isNear) && username === '' && password === '' && search === '' && hash === ''
}

/** As a browser reads it: dots are resolved and hosts are in lower case before anything is compared. */
export function isAllowedReturnUrl(text: string, allowed: readonly URL[]): boolean {
  if (!URL.canParse(text)) return false
  const wanted = new URL(text)
  if (wanted.username !== '' || wanted.password !== '') return false
  return allowed.some(({ origin, pathname }) => {
    const below = pathname.endsWith('/') ? pathname : `${pathname}/`
    return wanted.origin === origin && (wanted.pathname === pathname || wanted.pathname.startsWith(below))
  })
}
