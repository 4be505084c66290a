import { and, eq, type SQL, sql } from 'drizzle-orm'
import { auditLog } from '../../../db/schema'
import { isId, type MemberId } from '../../ids'

/** What an action is about, as one looks for it, by the noun that its name begins with. */
const NOUNS = {
  plan: ['subscription', 'plan', 'limits', 'limit_request'],
  payment: ['invoice', 'payment', 'payment_method'],
  credit: ['credit'],
  team: ['member', 'second_step'],
  developers: ['key', 'webhook_endpoint'],
  organization: ['organization', 'channel', 'notifications', 'portal_session'],
} as const satisfies Record<string, readonly string[]>

export type ActivityKind = keyof typeof NOUNS
export const ACTIVITY_KINDS = Object.keys(NOUNS) as ActivityKind[]

/** Null: whoever, whatever. */
export type ActivityFilter = { who: MemberId | 'operator' | 'system' | null; kind: ActivityKind | null }

export const EVERYTHING: ActivityFilter = { who: null, kind: null }

/** What the address asks for; what is not understood is as if it were not there. */
export function readActivityFilter({ who, kind }: { who?: unknown; kind?: unknown }): ActivityFilter {
  return {
    who: typeof who === 'string' && (who === 'operator' || who === 'system' || isId('mem', who)) ? (who as ActivityFilter['who']) : null,
    kind: ACTIVITY_KINDS.find((known) => known === kind) ?? null,
  }
}

export function kindOfAction(action: string): ActivityKind | null {
  const noun = action.slice(0, action.indexOf('.'))
  return ACTIVITY_KINDS.find((kind) => NOUNS[kind].some((known) => known === noun)) ?? null
}

export function whereActivity({ who, kind }: ActivityFilter): SQL | undefined {
  return and(
    who === null ? undefined : eq(auditLog.actor, who),
    kind === null ? undefined : sql`split_part(${auditLog.action}, '.', 1) = ANY (${sql.param([...NOUNS[kind]])}::text[])`,
  )
}
