import type { Transaction } from '../../db/client'
import { getCredits } from '../billing/views/credits'
import type { OrganizationId } from '../ids'
import { type Answer, notFound, okay } from './answer'
import { listAnswer, readPage, withLookahead } from './cursor'
import { presentAutoRecharge, presentGrant } from './present/credits'
import { exactDecimal, whole } from './present/values'

/** The balances and a page of the grants that make them up. */
export async function creditsAnswer(tx: Transaction, organizationId: OrganizationId, query: Parameters<typeof readPage>[1] = {}): Promise<Answer<'not_found'>> {
  const page = readPage('grant', query)
  const view = await getCredits(tx, organizationId, withLookahead(page))
  if (!view) return notFound()
  const { currency } = view
  const { data, next_cursor } = listAnswer(view.grants, page, (grant) => presentGrant(grant, currency))
  return okay({
    credit_balance: whole(view.creditBalance),
    prepaid_balance: exactDecimal(view.prepaidBalance, currency),
    currency,
    grants: data,
    next_cursor,
    auto_recharge: presentAutoRecharge(view.autoRecharge),
  })
}
