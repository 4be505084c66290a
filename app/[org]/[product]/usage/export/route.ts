import { getTranslations } from 'next-intl/server'
import { getAccount, getPermittedViewer, readAs, readPastAs } from '@/lib/auth/session'
import { dailyUsageCsv, keyUsageCsv } from '@/lib/billing/views/usage-csv'
import { getUsagePage } from '@/lib/billing/views/usage-page'
import { csvResponse } from '@/lib/csv'
import { periodChoice } from '../period-choice'

type Context = { params: Promise<{ org: string; product: string }> }

/** What the usage page shows of one meter and period, as a file: `?of=days|keys&meter=calls&period=…`. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { org, product: productId } = await params
  const viewer = await getPermittedViewer(org, 'usage:read')
  if (!viewer && !(await getAccount())) return new Response(null, { status: 401 })
  const query = new URL(request.url).searchParams
  const period = periodChoice(query.get('period'))
  if (!viewer || period === 'unknown') return new Response(null, { status: 404 })
  const view = await (period ? readPastAs : readAs)(viewer, (tx, organizationId) => getUsagePage(tx, { organizationId, productId, periodStart: period }))
  const meter = view?.meters.find((one) => one.meter === query.get('meter'))
  if (!view || !meter) return new Response(null, { status: 404 })

  const [t, chart] = await Promise.all([getTranslations('usage'), getTranslations('charts')])
  const words = { day: t('day'), key: t('key'), share: t('share'), total: t('total'), noKey: t('noKey'), rest: chart('rest'), unit: meter.unit }
  const name = `usage-${org}-${productId}-${view.card.period.start.slice(0, 10)}`
  return query.get('of') === 'keys' ? csvResponse(`${name}-keys`, keyUsageCsv(meter, words)) : csvResponse(`${name}-days`, dailyUsageCsv(meter, words))
}
