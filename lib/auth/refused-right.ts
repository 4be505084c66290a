import type { MemberId, OrganizationId, UserId } from '../ids'
import { theLog } from '../observe/log'
import type { Permission, Role } from './permissions'

export type RefusedViewer = { user: { id: UserId }; organization: { id: OrganizationId }; member: { id: MemberId; role: Role } }

/** A line of the log for whoever asked for more than their role may: in a page’s own controls nobody meets it, so it is looked into. */
export function noteRefusedRight({ user, organization, member: { id, role } }: RefusedViewer, permission: Permission): void {
  theLog().warn({ person: user.id, organization: organization.id, member: id, role, permission }, 'a right was refused')
}
