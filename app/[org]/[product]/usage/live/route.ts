import { getAccount, getPermittedViewer, readAs } from '@/lib/auth/session'
import { stringifyBigintJson } from '@/lib/bigint-json'
import { getUsagePage } from '@/lib/billing/views/usage-page'
import { periodChoice } from '../period-choice'

type Context = { params: Promise<{ org: string; product: string }> }

/** The usage page's figures as they are now, for a page that is open. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { org, product: productId } = await params
  const viewer = await getPermittedViewer(org, 'usage:read')
  if (!viewer && !(await getAccount())) return new Response(null, { status: 401 })
  const period = periodChoice(new URL(request.url).searchParams.get('period'))
  if (!viewer || period === 'unknown') return new Response(null, { status: 404 })
  const view = await readAs(viewer, (tx, organizationId) => getUsagePage(tx, { organizationId, productId, periodStart: period }))
  if (!view) return new Response(null, { status: 404 })
  return new Response(stringifyBigintJson(view), { headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' } })
}
