import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { members, organizations } from '../../db/schema'
import { type AuthenticatedKey, authenticateKey } from '../auth/api-keys'
import { clientAddressOf } from '../auth/client-address'
import type { Role } from '../auth/permissions'
import { isId, type MemberId, type OrganizationId } from '../ids'
import { Halt, invalidRequest, problem } from './answer'
import type { StrangersLimit } from './rate-limit'

/** As which member a call acts (G11). */
export type MemberActor = { memberId: MemberId; organizationId: OrganizationId; role: Role }

/** @throws Halt with 401 where there is no key, or not one of ours; with 429 where that came too often from the same address. */
export async function authenticate(headers: Headers, strangers: StrangersLimit): Promise<AuthenticatedKey> {
  const bearer = /^Bearer +(.+?) *$/i.exec(headers.get('authorization') ?? '')?.[1]
  const key = bearer === undefined ? null : await authenticateKey(bearer)
  if (key) return key
  strangers.take(clientAddressOf(headers.get('x-forwarded-for')))
  throw new Halt(problem('unauthorized', 'Send a key as "Authorization: Bearer <key>".', {}, { 'WWW-Authenticate': 'Bearer' }))
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
