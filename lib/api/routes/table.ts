import type { Route } from '../route'
import { changeRoutes } from './changes'
import { creditRoutes } from './credits'
import { invoiceRoutes } from './invoices'
import { leaseRoutes } from './leases'
import { limitRequestRoutes } from './limit-requests'
import { memberRoutes } from './members'
import { operationRoutes } from './operation'
import { organizationRoutes } from './organizations'
import { paymentMethodRoutes } from './payment-method'
import { portalSessionRoutes } from './portal-sessions'
import { productRoutes } from './products'
import { repairRoutes } from './repairs'
import { subscriptionRoutes } from './subscriptions'
import { testClockRoutes } from './test-clocks'
import { usageRoutes } from './usage'
import { usageViewRoutes } from './usage-views'
import { webhookRoutes } from './webhooks'

/** Every route that needs a key, with who may call it: what is mounted, documented and tested is this list. */
export const routes: readonly Route[] = [
  ...organizationRoutes,
  ...memberRoutes,
  ...portalSessionRoutes,
  ...paymentMethodRoutes,
  ...productRoutes,
  ...subscriptionRoutes,
  ...changeRoutes,
  ...usageRoutes,
  ...leaseRoutes,
  ...limitRequestRoutes,
  ...usageViewRoutes,
  ...creditRoutes,
  ...invoiceRoutes,
  ...repairRoutes,
  ...operationRoutes,
  ...webhookRoutes,
  ...testClockRoutes,
]
