import { z } from '@hono/zod-openapi'
import { getCreditBalance, listGrants } from '../../billing/views/credits'
import { findOrganization } from '../../billing/views/organizations'
import { notFound, okay } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { pageQuery } from '../fields'
import { presentGrant } from '../present/invoices'
import { noPrepaidBalance } from '../present/organizations'
import { whole } from '../present/values'
import { defineRoute, type Route, readBy } from '../route'
import { credits } from '../schemas/invoice'

export const creditRoutes: readonly Route[] = [
  defineRoute({
    ...readBy('invoices:read'),
    path: '/organizations/{organization}/credits',
    tenant: 'organization',
    area: 'Credit',
    summary: 'Read the credit balance',
    description: 'Credit is applied to the next invoice by itself. Below zero: an amount too small to charge, collected with the next invoice.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'The balance and the grants that make it up, newest first.', schema: credits } },
    problems: [],
    handle: async (call, { tenant: { organizationId }, query }) => {
      const page = readPage('grant', query)
      const { organization, balance, grants } = await call.read(async (tx) => ({
        organization: await findOrganization(tx, organizationId),
        balance: await getCreditBalance(tx, organizationId),
        grants: await listGrants(tx, organizationId, withLookahead(page)),
      }))
      if (!organization) return notFound()
      const { currency } = organization
      const { data, next_cursor } = listAnswer(grants, page, (grant) => presentGrant(grant, currency))
      return okay({ credit_balance: whole(balance), prepaid_balance: noPrepaidBalance(currency), currency, grants: data, next_cursor, auto_recharge: null })
    },
  }),
]
