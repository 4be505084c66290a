import { portalPath } from '@/components/layout/routes'
import { findPortalSession, openPortalSession } from '@/lib/auth/portal-session'
import { beginPortalSession, getAccount } from '@/lib/auth/session'

type Context = { params: Promise<{ token: string }> }

/**
 * Where the operator's product sends a member to (G88). Its own redirect brings them, so there is nothing to press; only where
 * somebody else is signed in here, they are asked first: a link from a stranger must not change under whose name one works.
 */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { token } = await params
  if (isLookedAtOnly(request)) return new Response(null, { status: 204, headers: PRIVATE })
  const [found, present] = await Promise.all([findPortalSession(token), getAccount()])
  if (found?.state !== 'open') return leadTo(portalPath(token, 'ended'))
  if (present && present.id !== found.userId) return leadTo(portalPath(token, 'confirm'))
  const opened = await openPortalSession(token)
  if (!opened.ok) return leadTo(portalPath(token, 'ended'))
  const { account, path, ...portal } = opened.value
  await beginPortalSession(account, portal)
  return leadTo(path)
}

/** What looks at links before their readers do must not use them up. */
export function HEAD(): Response {
  return new Response(null, { headers: PRIVATE })
}

function isLookedAtOnly({ headers }: Request): boolean {
  return [headers.get('sec-purpose'), headers.get('purpose'), headers.get('x-purpose')].some(
    (purpose) => purpose?.includes('prefetch') || purpose?.includes('preview'),
  )
}

const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

function leadTo(path: string): Response {
  return new Response(null, { status: 303, headers: { ...PRIVATE, location: path } })
}
