import { z } from '@hono/zod-openapi'
import type { Transaction } from '../../../db/client'
import { apiCalls } from '../../billing/catalog/api-calls'
import { customPlan, entitlements, included, overLimit, planPrices, productDocument, publication, shownProduct } from '../../billing/catalog/schema'
import { createCustomPlan } from '../../billing/commands/create-custom-plan'
import { publishProduct } from '../../billing/commands/publish-product'
import { findMember } from '../../billing/commands/store/members'
import { listProducts, listProductsFor, showPlan } from '../../billing/views/catalog'
import type { OrganizationId } from '../../ids'
import { instant, systemClock } from '../../time'
import { created, Halt, invalidRequest, okay } from '../answer'
import type { Call } from '../call'
import { catalogId, text } from '../fields'
import { at } from '../present/values'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, readByOperator, writtenByOperator } from '../route'
import { instantText } from '../schemas/shared'
import { resolveOrganizations } from '../tenant'

const area = 'Catalog'
const NAME_LENGTH = 80

/** The organization whose own plans are asked for; a member sees their own organization's and nobody else's. */
async function organizationNamed(tx: Transaction, { actor }: Call, name: string): Promise<OrganizationId> {
  const id = (await resolveOrganizations(tx, new Set([name]))).get(name)
  const isTheirs = id !== undefined && (actor === 'operator' || actor === 'system' || (await findMember(tx, id, actor)) !== null)
  if (!isTheirs) throw new Halt(invalidRequest([{ path: 'organization', message: 'there is no such organization' }]))
  return id
}

export const productRoutes: readonly Route[] = [
  defineRoute({
    ...readByOperator,
    permission: 'plan:read',
    path: '/products',
    tenant: 'none',
    area,
    summary: 'Read the catalog',
    description:
      'Products with their meters, plans and the policies in force: the newest version in effect of each. With `organization`, in its own time and with the plans that were made for it.',
    query: z.strictObject({ organization: text(1, 140).optional() }),
    answers: { 200: { description: 'Every product.', schema: z.object({ data: z.array(shownProduct) }), example: { data: [apiCalls] } } },
    problems: [],
    handle: async (call, { query: { organization } }) =>
      call.read(async (tx) => {
        if (organization === undefined) return okay({ data: await listProducts(tx, systemClock.now()) })
        return okay({ data: (await listProductsFor(tx, await organizationNamed(tx, call, organization))) ?? [] })
      }),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/products',
    tenant: 'none',
    area,
    summary: 'Publish a product',
    description:
      'Takes the document that `GET /products` prints, as the next version of its product; it is in effect at once, or from `effective_at` on. Running subscriptions move to it at their renewal, unless it `applies` to `new_subscriptions` only. From then on no file changes the product at a start.',
    body: publication.clone().openapi({ example: { ...apiCalls, applies: 'next_renewal' } }),
    answers: {
      201: {
        description: 'The version.',
        schema: z.object({
          ...productDocument.shape,
          version: z.int(),
          source: z.literal('api'),
          applies: z.enum(['new_subscriptions', 'next_renewal']),
          effective_at: instantText,
          published_at: instantText,
        }),
        example: {
          ...productDocument.parse(apiCalls),
          version: 2,
          source: 'api',
          applies: 'next_renewal',
          effective_at: '2026-06-01T00:00:00Z',
          published_at: '2026-06-01T00:00:00Z',
        },
      },
    },
    problems: [],
    handle: async (call, { body: { applies, effective_at, ...document } }) =>
      call.command(null, async (context) => {
        const published = await publishProduct(context, { document, applies, effectiveAt: effective_at === undefined ? null : instant(effective_at) })
        if (!published.ok) return refusalAnswer(published.error)
        const { product, version, effectiveAt, publishedAt } = published.value
        return created({ ...product, version, source: 'api', applies, effective_at: at(effectiveAt), published_at: at(publishedAt) })
      }),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/organizations/{organization}/plans',
    tenant: 'organization',
    area,
    summary: 'Make a plan for one organization',
    description:
      'What is left out is as in the plan that it is based on. Its prices are amounts of the organization’s currency; where that is not the product’s, they have to be named. Nobody else sees it.',
    body: z.strictObject({
      product: catalogId.openapi({ example: 'api-calls' }),
      based_on: catalogId.openapi({ example: 'pro' }),
      name: text(1, NAME_LENGTH)
        .refine((value) => value.trim() !== '', 'must not be blank')
        .openapi({ example: 'Pro for Acme' }),
      prices: planPrices.optional(),
      included: included.optional().openapi({ example: { calls: 500_000 } }),
      over_limit: overLimit.optional(),
      entitlements: entitlements.optional().openapi({ example: { concurrency: 50 } }),
    }),
    answers: {
      201: {
        description: 'The plan.',
        schema: customPlan,
        example: {
          ...productDocument.parse(apiCalls).plans[2],
          id: 'plan_01kbp4x5mve8jbdk2g3tqh1s7n',
          name: 'Pro for Acme',
          rank: 2.5,
          custom: { based_on: 'pro', currency: 'usd' },
        },
      },
    },
    problems: [],
    handle: async (call, { tenant: { organizationId }, body: { based_on, over_limit, ...body } }) =>
      call.command(organizationId, async (context) => {
        const made = await createCustomPlan(context, { organizationId, basedOn: based_on, overLimit: over_limit, ...body })
        return made.ok ? created(showPlan(made.value.product, made.value.plan)) : refusalAnswer(made.error)
      }),
  }),
]
