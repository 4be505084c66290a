import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { auditLog, endedSessions, users } from '@/db/schema'
import { noteSession } from '@/lib/auth/sessions'
import { foundTenant } from '@/lib/auth/testing/acting-people'
import { addTeamMember } from '@/lib/auth/testing/team'
import type { Stage } from '@/lib/billing/testing/stage'
import { systemClock } from '@/lib/time'
import type { Case } from './action-case'

/** Where one is signed in, and where a member is. */
export const sessionCases = (stage: Stage): Record<string, Case> => ({
  endSessionAction: {
    mayRepeat: 'a session that has ended is ended once',
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const session = randomUUID()
      const claim = { userId: tenant.owner, session, sessionVersion: 1, sealedAt: systemClock.now(), portal: null }
      await noteSession(claim, { address: '192.0.2.1', agent: 'a test' })
      return { tenant, input: { session }, effects: () => inEngine((tx) => tx.$count(endedSessions, eq(endedSessions.session, session))) }
    },
  },
  endOtherSessionsAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const versions = () => inEngine((tx) => tx.select({ version: users.sessionVersion }).from(users).where(eq(users.id, tenant.owner)))
      return { tenant, input: {}, effects: async () => ((await versions())[0]?.version ?? 1) - 1 }
    },
  },
  endMemberSessionsAction: {
    mayRepeat: 'whoever is signed out is signed out',
    afterFour: 4,
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const { organizationId } = tenant.life
      const member = await addTeamMember(organizationId, 'member')
      await inEngine((tx) => tx.execute(`UPDATE members SET joined_at = now() WHERE joined_at IS NULL`))
      const noted = and(eq(auditLog.organizationId, organizationId), eq(auditLog.action, 'member.signed_out'))
      return { tenant, input: { memberId: member.id }, effects: () => inEngine((tx) => tx.$count(auditLog, noted)) }
    },
  },
})
