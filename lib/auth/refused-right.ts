import type { MemberId, OrganizationId, UserId } from '../ids'
import { theLog } from '../observe/log'
import type { Permission, Role } from './permissions'

export type RefusedViewer = { user: { id: UserId }; organization: { id: OrganizationId }; member: { id: MemberId; role: Role }; visit?: unknown }

/**
 * A line of the log for whoever asked for more than their role may: in a page’s own controls nobody meets it, so it is looked into. Of an operator who
 * looks at a customer's pages it is not the customer's.
 */
export function noteRefusedRight({ user, organization, member: { id, role }, visit }: RefusedViewer, permission: Permission): void {
  const who = visit ? { visit: true } : { person: user.id, role }
  theLog().warn({ ...who, organization: organization.id, member: id, permission }, 'a right was refused')
}
