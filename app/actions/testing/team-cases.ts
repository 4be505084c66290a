import { and, eq, gte } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { members, messages } from '@/db/schema'
import { foundTenant, type Tenant } from '@/lib/auth/testing/acting-people'
import { addTeamMember } from '@/lib/auth/testing/team'
import type { Stage } from '@/lib/billing/testing/stage'
import { newId } from '@/lib/ids'
import type { Case } from './action-case'

const memberOf = ({ life }: Tenant) => addTeamMember(life.organizationId, 'member')

/** Who belongs to an organization, and as what. */
export const teamCases = (stage: Stage): Record<string, Case> => ({
  addMemberAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const input = { email: `${newId('user')}@example.com`, name: 'Somebody', role: 'member' }
      return { tenant, input, effects: () => inEngine((tx) => tx.$count(messages, eq(messages.recipient, input.email))) }
    },
  },
  changeMemberRoleAction: {
    mayRepeat: 'a role that is given again is the same role',
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id } = await memberOf(tenant)
      return {
        tenant,
        input: { memberId: id, role: 'billing' },
        effects: () => inEngine((tx) => tx.$count(members, and(eq(members.id, id), eq(members.role, 'billing')))),
      }
    },
  },
  removeMemberAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id } = await memberOf(tenant)
      const effects = () => inEngine((tx) => tx.$count(members, and(eq(members.id, id), gte(members.removedAt, members.addedAt))))
      return { tenant, input: { memberId: id }, effects }
    },
  },
  inviteAgainAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id, email } = await memberOf(tenant)
      return { tenant, input: { memberId: id }, effects: () => inEngine((tx) => tx.$count(messages, eq(messages.recipient, email))) }
    },
  },
})
