import { z } from '@hono/zod-openapi'
import { apiCalls } from '../../billing/catalog/api-calls'
import { productDocument } from '../../billing/catalog/schema'
import { listProducts } from '../../billing/views/catalog'
import { systemClock } from '../../time'
import { okay } from '../answer'
import { defineRoute, type Route, readByOperator } from '../route'

export const productRoutes: readonly Route[] = [
  defineRoute({
    ...readByOperator,
    permission: 'plan:read',
    path: '/products',
    tenant: 'none',
    area: 'Catalog',
    summary: 'Read the catalog',
    description: 'Products with their meters, plans and the policies in force: the newest version in effect of each.',
    answers: { 200: { description: 'Every product.', schema: z.object({ data: z.array(productDocument) }), example: { data: [apiCalls] } } },
    problems: [],
    handle: async (call) => okay({ data: await call.read((tx) => listProducts(tx, systemClock.now())) }),
  }),
]
