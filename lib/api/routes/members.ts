import { z } from '@hono/zod-openapi'
import { addMember } from '../../billing/commands/add-member'
import { changeMemberRole } from '../../billing/commands/change-member-role'
import { grantPersonalCredit } from '../../billing/commands/personal-credit'
import { removeMember } from '../../billing/commands/remove-member'
import { listMembers } from '../../billing/views/members'
import { isId, type MemberId } from '../../ids'
import { minor } from '../../money'
import { created, Halt, noContent, notFound, okay } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { CREDIT_MAX, email, name, pageQuery, role } from '../fields'
import { presentMember } from '../present/organizations'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, readBy, writtenBy, writtenByOperator } from '../route'
import { member } from '../schemas/organization'
import { listOf } from '../schemas/shared'

const area = 'Members'
const NAME_LENGTH = 200

function memberIdOf({ member: id = '' }: Record<string, string>): MemberId {
  if (!isId('mem', id)) throw new Halt(notFound('There is no such member.'))
  return id
}

export const memberRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/organizations/{organization}/members/{member}/credit',
    tenant: 'organization',
    area,
    summary: 'Give a member credit of their own',
    description: 'They may contribute it to the team. Whole minor units of the organization’s currency.',
    body: z.strictObject({ amount: z.int().positive().max(CREDIT_MAX) }),
    answers: { 200: { description: 'The member.', schema: member } },
    problems: [],
    handle: async (call, { tenant, params, body }) => {
      const memberId = memberIdOf(params)
      return call.command(tenant.organizationId, async (context) => {
        const granted = await grantPersonalCredit(context, { organizationId: tenant.organizationId, memberId, amount: minor(body.amount) })
        return granted.ok ? okay(presentMember(granted.value)) : refusalAnswer(granted.error)
      })
    },
  }),
  defineRoute({
    ...writtenBy('members:write'),
    method: 'post',
    path: '/organizations/{organization}/members',
    tenant: 'organization',
    area,
    summary: 'Add a member',
    description: 'They get an invitation by mail. Nobody grants a role above their own.',
    body: z.strictObject({ email, name: name(NAME_LENGTH).optional(), role, invite: z.boolean().optional() }),
    answers: { 201: { description: 'The member.', schema: member } },
    problems: ['already_member'],
    handle: async (call, { tenant, body }) =>
      call.command(tenant.organizationId, async (context) => {
        const added = await addMember(context, {
          organizationId: tenant.organizationId,
          email: body.email,
          name: body.name ?? null,
          role: body.role,
          invite: body.invite ?? true,
        })
        return added.ok ? created(presentMember(added.value)) : refusalAnswer(added.error)
      }),
  }),
  defineRoute({
    ...readBy('plan:read'),
    path: '/organizations/{organization}/members',
    tenant: 'organization',
    area,
    summary: 'List members',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(member) } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const page = readPage('mem', query)
      const found = await call.read((tx) => listMembers(tx, tenant.organizationId, withLookahead(page)))
      return okay(listAnswer(found, page, presentMember))
    },
  }),
  defineRoute({
    ...writtenBy('members:write'),
    method: 'patch',
    path: '/organizations/{organization}/members/{member}',
    tenant: 'organization',
    area,
    summary: 'Change a member’s role',
    body: z.strictObject({ role }),
    answers: { 200: { description: 'The member.', schema: member } },
    problems: ['last_owner'],
    handle: async (call, { tenant, params, body }) => {
      const memberId = memberIdOf(params)
      return call.command(tenant.organizationId, async (context) => {
        const changed = await changeMemberRole(context, { organizationId: tenant.organizationId, memberId, role: body.role })
        return changed.ok ? okay(presentMember(changed.value)) : refusalAnswer(changed.error)
      })
    },
  }),
  defineRoute({
    ...writtenBy('members:write'),
    method: 'delete',
    path: '/organizations/{organization}/members/{member}',
    tenant: 'organization',
    area,
    summary: 'Remove a member',
    answers: { 204: { description: 'They no longer belong.', schema: null } },
    problems: ['last_owner'],
    handle: async (call, { tenant, params }) => {
      const memberId = memberIdOf(params)
      return call.command(tenant.organizationId, async (context) => {
        const removed = await removeMember(context, { organizationId: tenant.organizationId, memberId })
        return removed.ok ? noContent : refusalAnswer(removed.error)
      })
    },
  }),
]
