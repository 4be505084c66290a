import { eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { apiKeys } from '@/db/schema'
import { createApiKey } from '@/lib/auth/api-keys'
import { foundTenant, type Tenant } from '@/lib/auth/testing/acting-people'
import type { Stage } from '@/lib/billing/testing/stage'
import { listActivity } from '@/lib/billing/views/activity'
import type { Case } from './action-case'

const keysOf = ({ life }: Tenant) => inEngine((tx) => tx.$count(apiKeys, eq(apiKeys.organizationId, life.organizationId)))
const timesDone = async ({ life }: Tenant, done: string) =>
  (await inEngine((tx) => listActivity(tx, life.organizationId, { limit: 100 }))).filter(({ action }) => action === done).length

/** Keys of the organization's own. */
export const developersCases = (stage: Stage): Record<string, Case> => ({
  createKeyAction: {
    mayRepeat: 'each is a key of its own, shown to whoever pressed',
    afterFour: 4,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      return { tenant, input: { name: 'Finance export' }, effects: () => keysOf(tenant) }
    },
  },
  revokeKeyAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id } = await createApiKey({ scope: 'read', label: 'Finance export', organizationId: tenant.life.organizationId })
      return { tenant, input: { keyId: id }, effects: () => timesDone(tenant, 'key.revoked') }
    },
  },
})
