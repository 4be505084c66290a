import { and, eq, isNotNull } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { members, portalSessions } from '@/db/schema'
import { portalToken } from '@/lib/auth/portal-address'
import { requestSignInLink } from '@/lib/auth/sign-in-link'
import { foundTenant, jar } from '@/lib/auth/testing/acting-people'
import { lastInvitationTokenFor } from '@/lib/auth/testing/team'
import { createPortalSession } from '@/lib/billing/commands/create-portal-session'
import type { Stage } from '@/lib/billing/testing/stage'
import type { Case } from './action-case'

let host = 0

/** Ways in beside the password. */
export const waysInCases = (stage: Stage): Record<string, Case> => ({
  requestSignInLinkAction: {
    mayRepeat: 'two links were asked for; using one closes the other, and a limit holds them few',
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      return { tenant, input: { email: tenant.email, next: '/' }, effects: async () => 1 }
    },
  },
  signInWithLinkAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      await requestSignInLink({ email: tenant.email, next: '/', address: `192.0.2.${++host}` })
      return { tenant, input: { token: await lastInvitationTokenFor(tenant.email) }, effects: async () => (jar.size > 0 ? 1 : 0) }
    },
  },
  openPortalAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const { organizationId } = tenant.life
      const [owner] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(eq(members.organizationId, organizationId)))
      if (!owner) throw new Error('there is no owner')
      const wanted = { organizationId, memberId: owner.id, page: 'plan', returnUrl: null } as const
      const made = await inEngine((tx) => createPortalSession({ tx, actor: 'operator' }, wanted))
      if (!made.ok) throw new Error(made.error.code)
      const effects = () =>
        inEngine((tx) => tx.$count(portalSessions, and(eq(portalSessions.organizationId, organizationId), isNotNull(portalSessions.usedAt))))
      return { tenant, input: { token: portalToken(made.value.id) }, effects }
    },
  },
})
