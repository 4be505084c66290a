import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { members, organizations } from '../../db/schema'
import { type AuthenticatedKey, authenticateKey } from '../auth/api-keys'
import type { Role } from '../auth/permissions'
import { isId, type MemberId, type OrganizationId } from '../ids'
import { Halt, invalidRequest, problem } from './answer'

/** As which member a call acts (G11). */
export type MemberActor = { memberId: MemberId; organizationId: OrganizationId; role: Role }

/** @throws Halt with 401 where there is no key, or not one of ours. */
export async function authenticate(authorization: string | null): Promise<AuthenticatedKey> {
  const bearer = /^Bearer +(.+?) *$/i.exec(authorization ?? '')?.[1]
  const key = bearer === undefined ? null : await authenticateKey(bearer)
  if (!key) throw new Halt(problem('unauthorized', 'Send a key as "Authorization: Bearer <key>".', {}, { 'WWW-Authenticate': 'Bearer' }))
  return key
}

export const ACTOR_HEADER = 'Headroom-Actor'

/** Also somebody who has not accepted their invitation yet: the operator's product has signed them in, not we. */
export async function findActor(tx: Transaction, header: string): Promise<MemberActor> {
  if (!isId('mem', header))
    throw new Halt(invalidRequest([{ path: ACTOR_HEADER, message: 'must be the id of a member, such as mem_01kbp4x5mve8jbdk2g3tqh1s7n' }]))
  const [member] = await tx
    .select({ memberId: members.id, organizationId: members.organizationId, role: members.role })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.id, header), isNull(members.removedAt), isNull(organizations.deletedAt)))
  if (!member) throw new Halt(problem('forbidden', 'There is no such member to act as.', { actor: header }))
  return member
}
