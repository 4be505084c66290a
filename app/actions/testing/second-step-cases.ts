import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { auditLog, secondFactors, users } from '@/db/schema'
import { offerSecondFactor } from '@/lib/auth/second-factor'
import { sealFirstStep, secondStepCookieName } from '@/lib/auth/second-step-cookie'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar, type Tenant } from '@/lib/auth/testing/acting-people'
import { codeOf, withSecondFactor } from '@/lib/auth/testing/second-step'
import { PASSWORD } from '@/lib/auth/testing/team'
import type { Stage } from '@/lib/billing/testing/stage'
import type { Case } from './action-case'

const holderOf = ({ owner, email }: Tenant) => ({ kind: 'person', id: owner, email }) as const
const kept = ({ owner }: Tenant) => inEngine((tx) => tx.$count(secondFactors, eq(secondFactors.userId, owner)))
const noted = ({ life }: Tenant, change: string) =>
  inEngine((tx) => tx.$count(auditLog, and(eq(auditLog.organizationId, life.organizationId), eq(auditLog.action, `second_step.${change}`))))

/** The second step of signing in, and how it is set up and changed. */
export const secondStepCases = (stage: Stage): Record<string, Case> => ({
  passSecondStepAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const { secret } = await withSecondFactor(holderOf(tenant))
      const [person] = await inEngine((tx) => tx.select({ sessionVersion: users.sessionVersion }).from(users).where(eq(users.id, tenant.owner)))
      const waiting = await sealFirstStep({ id: tenant.owner, sessionVersion: person?.sessionVersion ?? 1 })
      const arrive = async () => void jar.set(secondStepCookieName(), waiting)
      return { tenant, input: { code: codeOf(secret) }, arrive, effects: async () => (jar.has(sessionCookieName()) ? 1 : 0) }
    },
  },
  offerSecondFactorAction: {
    mayRepeat: 'a secret that nobody has scanned counts for nothing',
    afterFour: 0,
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      return { tenant, input: {}, effects: () => kept(tenant) }
    },
  },
  turnOnSecondFactorAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const { secret, sealed } = offerSecondFactor(holderOf(tenant))
      return { tenant, input: { sealed, code: codeOf(secret), password: PASSWORD }, effects: () => noted(tenant, 'turned_on') }
    },
  },
  renewRecoveryCodesAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const { secret } = await withSecondFactor(holderOf(tenant))
      return { tenant, input: { code: codeOf(secret), password: PASSWORD }, effects: () => noted(tenant, 'codes_renewed') }
    },
  },
  turnOffSecondFactorAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      const { secret } = await withSecondFactor(holderOf(tenant))
      return { tenant, input: { code: codeOf(secret), password: PASSWORD }, effects: () => noted(tenant, 'turned_off') }
    },
  },
  requireSecondStepAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage, { plan: null, card: null })
      await withSecondFactor(holderOf(tenant))
      const asked = and(eq(auditLog.organizationId, tenant.life.organizationId), eq(auditLog.action, 'organization.second_step_required'))
      return { tenant, input: { isRequired: true }, effects: () => inEngine((tx) => tx.$count(auditLog, asked)) }
    },
  },
})
