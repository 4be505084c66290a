import { z } from '@hono/zod-openapi'
import { getUsageCard } from '../../billing/views/usage'
import { getEntitlements } from '../../billing/views/usage-entitlements'
import { getOverageHistory } from '../../billing/views/usage-history'
import { getUsageByDay, getUsageByKey } from '../../billing/views/usage-series'
import { type Instant, instant } from '../../time'
import { Halt, invalidRequest, notFound, okay } from '../answer'
import { instantField, LIMIT_DEFAULT, pageQuery } from '../fields'
import { presentEntitlements, presentOverage, presentUsageCard } from '../present/usage'
import { whole } from '../present/values'
import { defineRoute, type Route, readBy } from '../route'
import { listOf } from '../schemas/shared'
import { entitlements, overage, usageCard, usageSeries } from '../schemas/usage'

const area = 'Usage'
const period = instantField.optional().openapi({ description: 'An earlier period’s start; the running one, if left out.' })
const noSuchPeriod = () => notFound('The subscription has no such period.')

/** Pages of the history are cut by the start of a period. */
function readCursor(cursor: string | undefined): Instant | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString()
  const start = /^before \d{4}-[\d:.TZ-]+$/.test(text) ? text.slice('before '.length) : null
  try {
    if (start !== null && writeCursor(instant(start)) === cursor) return instant(start)
  } catch {
    // Not an instant: the mistake is answered below.
  }
  throw new Halt(invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list; leave it out to begin at the newest' }]))
}

function writeCursor(start: Instant): string {
  return Buffer.from(`before ${start}`).toString('base64url')
}

export const usageViewRoutes: readonly Route[] = [
  defineRoute({
    ...readBy('usage:read'),
    scopes: ['read', 'usage'],
    path: '/organizations/{organization}/entitlements',
    tenant: 'organization',
    area,
    summary: 'What may be used now',
    description: 'Whether one more unit of each meter would be allowed, without counting it, and what the plans entitle to.',
    answers: { 200: { description: 'By meter.', schema: entitlements } },
    problems: [],
    handle: async (call, { tenant }) => okay(presentEntitlements(await call.read((tx) => getEntitlements(tx, tenant.organizationId)))),
  }),
  defineRoute({
    ...readBy('usage:read'),
    path: '/subscriptions/{subscription}/usage',
    tenant: 'subscription',
    area,
    summary: 'The usage card',
    query: z.strictObject({ period }),
    answers: { 200: { description: 'Used, limit, what remains, a forecast and the alerts that hold.', schema: usageCard } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const card = await call.readPage({ before: query.period }, (tx) => getUsageCard(tx, { ...tenant, periodStart: query.period ?? null }))
      return card ? okay(presentUsageCard(card)) : noSuchPeriod()
    },
  }),
  defineRoute({
    ...readBy('usage:read'),
    path: '/subscriptions/{subscription}/usage/series',
    tenant: 'subscription',
    area,
    summary: 'Usage by day or by key',
    description: 'By UTC day, oldest first; or by key, the largest first, `key: null` for events without one.',
    query: z.strictObject({ group_by: z.enum(['day', 'key']).default('day'), period }),
    answers: { 200: { description: 'Sums; days without usage are left out.', schema: usageSeries } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const choice = { ...tenant, periodStart: query.period ?? null }
      const rows = await call.readPage<readonly { quantity: bigint }[] | null>({ before: query.period }, (tx) =>
        query.group_by === 'day' ? getUsageByDay(tx, choice) : getUsageByKey(tx, choice),
      )
      return rows ? okay({ data: rows.map((row) => ({ ...row, quantity: whole(row.quantity) })) }) : noSuchPeriod()
    },
  }),
  defineRoute({
    ...readBy('usage:read'),
    path: '/subscriptions/{subscription}/overage_history',
    tenant: 'subscription',
    area,
    summary: 'Overage of past cycles',
    description: 'Late usage included; cycles without overage are left out.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(overage) } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const before = readCursor(query.cursor)
      const { items, next } = await call.readPage({ before }, (tx) => getOverageHistory(tx, { ...tenant, before, limit: query.limit ?? LIMIT_DEFAULT }))
      return okay({ data: items.map(presentOverage), next_cursor: next && writeCursor(next) })
    },
  }),
]
