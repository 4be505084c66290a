import type { z } from '@hono/zod-openapi'
import type { KeyScope } from '../auth/api-keys'
import type { Permission } from '../auth/permissions'
import type { DocumentId, LeaseId, LimitRequestId, OrganizationId, SubscriptionId } from '../ids'
import type { Answer } from './answer'
import type { Call } from './call'
import type { ProblemCode, SharedCode } from './codes'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Whose route it is: found from the path before anything else is looked at. */
export type Tenants = {
  none: null
  organization: { organizationId: OrganizationId; slug: string }
  subscription: { organizationId: OrganizationId; slug: string; subscriptionId: SubscriptionId }
  invoice: { organizationId: OrganizationId; slug: string; documentId: DocumentId }
  lease: { organizationId: OrganizationId; slug: string; leaseId: LeaseId }
  limit_request: { organizationId: OrganizationId; slug: string; limitRequestId: LimitRequestId }
}
export type TenantKind = keyof Tenants

/** Who may call a route: the test of authorization is made from this, route by route. */
type Access = {
  method: Method
  /** As in the OpenAPI document: `/organizations/{organization}`. */
  path: string
  tenant: TenantKind
  /** Scopes that may call it beside `admin`. */
  scopes: readonly Exclude<KeyScope, 'admin'>[]
  /** What the member needs as whom a call acts; null: nobody but the operator. */
  permission: Permission | null
  /** An organization's own key may call it (G83). */
  organizationKeys: boolean
  mutates: boolean
}

type Words = {
  area: string
  summary: string
  description?: string
  /** `file`: the content type of what is no JSON. */
  answers: Record<number, { description: string; schema: z.ZodType | null; example?: unknown; file?: string }>
  /** Codes of its own, beside those that every route may answer. */
  problems: readonly ProblemCode[]
}

type Definition<Kind extends TenantKind, Query extends z.ZodType, Body extends z.ZodType, Own extends ProblemCode> = Access &
  Words & {
    tenant: Kind
    problems: readonly Own[]
    /** The operator still reaches it after the organization was closed (A14). */
    outlivesOrganization?: true
    /** Shown once: what is kept of the answer under an idempotency key is sealed. */
    answersSecret?: true
    /** What HEAD is told where the answer to GET does more than read; left out: that answer, without its body. */
    answerToHead?(tenant: Tenants[Kind]): Answer
    query?: Query
    body?: Body
    /** What it answers is what it lists: a problem that it does not list is no type of it. */
    handle(
      call: Call,
      input: { tenant: Tenants[Kind]; params: Record<string, string>; query: z.output<Query>; body: z.output<Body> },
    ): Promise<Answer<NoInfer<Own> | SharedCode>>
  }

/** A route whose types have done their work. */
export type Route = Access &
  Words & {
    outlivesOrganization?: true
    answersSecret?: true
    answerToHead?(tenant: unknown): Answer
    query?: z.ZodType
    body?: z.ZodType
    handle(call: Call, input: { tenant: unknown; params: Record<string, string>; query: unknown; body: unknown }): Promise<Answer>
  }

export function defineRoute<
  Kind extends TenantKind,
  Query extends z.ZodType = z.ZodType<Record<string, never>>,
  Body extends z.ZodType = z.ZodType<Record<string, never>>,
  Own extends ProblemCode = never,
>(definition: Definition<Kind, Query, Body, Own>): Route {
  return definition as unknown as Route
}

/** What a member reads, and the organization's own key with them. */
export function readBy(permission: Permission) {
  return { method: 'get', scopes: ['read'], permission, organizationKeys: true, mutates: false } as const
}

/** What a member with a permission does, or the operator for them. */
export function writtenBy(permission: Permission) {
  return { scopes: [], permission, organizationKeys: false, mutates: true } as const
}

/** What only the operator's back end reads. */
export const readByOperator = { method: 'get', scopes: ['read'], permission: null, organizationKeys: false, mutates: false } as const

/** What only the operator's back end does. */
export const writtenByOperator = { scopes: [], permission: null, organizationKeys: false, mutates: true } as const
