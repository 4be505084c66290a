import { eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { organizations } from '../../db/schema'
import { recordAudit } from '../billing/commands/store/audit'
import { lockOrganization } from '../billing/commands/store/organization'
import type { CommandContext } from '../billing/context'
import type { OrganizationId, UserId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { readSecondFactor } from './second-factor'

/** `needs_own`: whoever asks it of others has no second step, and would shut themselves out. */
export type DutyRefusal = { code: 'needs_own' }

export type Duty = { organizationId: OrganizationId; userId: UserId; isRequired: boolean }

/**
 * Asks two steps of everybody in an organization, or no longer. Whoever has none meets the page where it is set up, in place of everything
 * of that organization, from their next request on.
 */
export async function requireSecondStep({ tx, actor }: CommandContext, { organizationId, userId, isRequired }: Duty): Promise<Result<null, DutyRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  if (isRequired && (await lacksSecondStep(tx, userId))) return refuse({ code: 'needs_own' })
  if (organization.secondStepRequired === isRequired) return ok(null)
  await tx.update(organizations).set({ secondStepRequired: isRequired }).where(eq(organizations.id, organizationId))
  const action = isRequired ? 'organization.second_step_required' : 'organization.second_step_optional'
  await recordAudit(tx, [{ organizationId, at: now, actor, action, target: organizationId }])
  return ok(null)
}

/** As the person themselves: nobody else's page knows. */
export async function lacksSecondStep(tx: Transaction, id: UserId): Promise<boolean> {
  return (await readSecondFactor(tx, { kind: 'person', id })) === null
}

/** Whether it is asked of everybody there. */
export async function readDuty(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const [found] = await tx.select({ isRequired: organizations.secondStepRequired }).from(organizations).where(eq(organizations.id, organizationId))
  return found?.isRequired === true
}
