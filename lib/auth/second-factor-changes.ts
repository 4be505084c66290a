import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { operatorChanges } from '../../db/schema'
import { recordAudit } from '../billing/commands/store/audit'
import { tellPerson } from '../billing/commands/store/messages'
import { lockOrganization } from '../billing/commands/store/organization'
import type { Actor } from '../billing/context'
import { listMemberships } from '../billing/views/membership'
import { newId, type OrganizationId, type UserId, uuidOf } from '../ids'
import { systemClock } from '../time'
import type { Holder } from './holder'

/** `taken_off`: by an operator, for somebody who has lost everything. */
export const HOLDER_CHANGES = ['turned_on', 'turned_off', 'app_removed', 'passkey_added', 'passkey_removed', 'codes_renewed', 'recovery_code_used'] as const
export type HolderChange = (typeof HOLDER_CHANGES)[number]
export type SecondFactorChange = HolderChange | 'taken_off'

/** Who else than the person did it, and why, in the words of one of their organizations: the others do not read those. */
type ByOther = { actor: Actor; reason: string; organizationId: OrganizationId }

/** Written down where it is looked for, and told to whom it concerns, so that nobody's second step goes away unnoticed. */
export async function noteChange(tx: Transaction, holder: Holder, change: HolderChange): Promise<void> {
  if (holder.kind === 'person') return notePersonsChange(tx, holder, change)
  await tx
    .insert(operatorChanges)
    .values({ id: newId('aud'), operatorId: holder.id, at: systemClock.now(), actor: holder.email, action: `second_step.${change}` })
}

/** In the activity of each organization that the person may open, and by one mail through the first of them. */
export async function notePersonsChange(
  tx: Transaction,
  person: { id: UserId; email: string },
  change: SecondFactorChange,
  by: ByOther | null = null,
): Promise<void> {
  const memberships = (await listMemberships(tx, person.id)).sort((one, other) => (one.organization.id < other.organization.id ? -1 : 1))
  for (const [index, { organization, member }] of memberships.entries()) {
    await tx.execute(sql`SELECT set_config('app.org_id', ${uuidOf('org', organization.id)}, true)`)
    const { now } = await lockOrganization(tx, organization.id)
    const entry = { organizationId: organization.id, at: now, actor: by?.actor ?? member.id, action: `second_step.${change}`, target: member.id }
    await recordAudit(tx, [{ ...entry, ...(by?.organizationId === organization.id && { after: { reason: by.reason } }) }])
    if (index > 0) continue
    const payload = { organizationName: organization.name, organizationSlug: organization.slug, email: person.email, change }
    const fact = `second_step:${newId('aud')}` // Each is told of, however often it is turned on and off.
    await tellPerson(tx, { organizationId: organization.id, kind: 'second_step_changed', fact, at: now, payload }, person.email)
  }
}
