import { z } from '@hono/zod-openapi'
import { type GrantLease, grantLease, type Lease } from '../../metering/grant-lease'
import { type SettledLease, settleLease } from '../../metering/settle-lease'
import { ok } from '../../result'
import { created, Halt, invalidRequest, notFound, okay, problem } from '../answer'
import { catalogId } from '../fields'
import { meteredAnswer } from '../metered-answer'
import { at, whole, wholeOrNull } from '../present/values'
import { defineRoute, type Route, writtenByOperator } from '../route'
import { lease, settledLease } from '../schemas/usage'
import { resolveOrganizations } from '../tenant'
import { organizationName } from './usage'

const area = 'Usage'
/** A day: a gateway that is gone for longer than that has not kept its units. */
const TTL_MAX = 86_400

function present(granted: Lease): z.output<typeof lease> {
  const remaining = wholeOrNull(granted.remaining)
  if (granted.id !== null) return { id: granted.id, granted: whole(granted.granted), remaining, expires_at: at(granted.expiresAt), reason: null }
  const { reason, rule, formula, inputs } = granted
  return { id: null, granted: 0, remaining, expires_at: null, reason, rule, formula, inputs }
}

function presentSettled({ id, granted, used, settledAt }: SettledLease): z.output<typeof settledLease> {
  return { id, granted: whole(granted), used: whole(used), settled_at: at(settledAt) }
}

const BECAUSE = {
  event_too_old: { rule: 'C8', formula: 'now > period end + 35 days', inputs: { late_days: 35 } },
  event_mismatch: { rule: 'G60', formula: 'hash(first event) ≠ hash(this event)', inputs: {} },
} as const

const WORDS = {
  event_too_old: 'The period of this lease takes no more usage: it ended more than 35 days ago.',
  event_mismatch: 'The id of this lease was used for an event that was recorded.',
} as const

export const leaseRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    scopes: ['usage'],
    method: 'post',
    path: '/leases',
    tenant: 'none',
    area,
    summary: 'Set units aside for a gateway',
    description:
      'Grants up to `quantity` of what may still be used, so that a gateway can decide by itself until `expires_at`: after `ttl_seconds`, counted on its own monotonic clock, or at the period’s end, whichever comes first. Units that are set aside count as used in every other decision. What is not settled by then comes back by itself.',
    body: z.strictObject({
      organization: organizationName,
      meter: catalogId.openapi({ example: 'calls' }),
      quantity: z.int().positive().openapi({ example: 500 }),
      ttl_seconds: z.int().positive().max(TTL_MAX).openapi({ example: 60 }),
    }),
    answers: { 201: { description: 'What was granted.', schema: lease }, 200: { description: 'Nothing was granted, with the `reason`.', schema: lease } },
    problems: ['not_found'],
    handle: async (call, { body }) =>
      meteredAnswer(call, {
        alone: async (context) => {
          const organizationId = (await resolveOrganizations(context.tx, new Set([body.organization]))).get(body.organization)
          if (!organizationId) throw new Halt(notFound('There is no such organization.'))
          const request: GrantLease = { organizationId, meter: body.meter, quantity: BigInt(body.quantity), ttlSeconds: body.ttl_seconds }
          const granted = await grantLease(context, request)
          return granted.ok ? ok({ granted: granted.value, setOff: [] }) : granted
        },
        toAnswer: ({ granted }) => (granted.id === null ? okay(present(granted)) : created(present(granted))),
        toProblem: ({ code }) =>
          code === 'unknown_meter'
            ? invalidRequest([{ path: 'meter', message: `there is no meter "${body.meter}"` }])
            : notFound('There is no such organization.'),
      }),
  }),
  defineRoute({
    ...writtenByOperator,
    scopes: ['usage'],
    method: 'post',
    path: '/leases/{lease}/settle',
    tenant: 'lease',
    area,
    summary: 'Book what of a lease was used',
    description:
      'Counts in the period in which the lease was granted, also when it is settled after its end, and gives the rest back. Settle before that end: from it on the same units may be set aside for somebody else, and what is told later counts all the same, over a limit too. Settling again changes nothing and answers as the first time.',
    body: z.strictObject({ used: z.int().nonnegative().openapi({ example: 420 }) }),
    answers: { 200: { description: 'The settled lease.', schema: settledLease } },
    problems: ['event_too_old', 'event_mismatch'],
    handle: async (call, { tenant, body }) =>
      meteredAnswer(call, {
        alone: (context, terms) => settleLease(context, { ...tenant, used: BigInt(body.used) }, terms),
        toAnswer: ({ lease: settled }) => okay(presentSettled(settled)),
        toProblem: (refusal) => {
          switch (refusal.code) {
            case 'lease_not_found':
              return notFound('There is no such lease.')
            case 'above_granted':
              return invalidRequest([{ path: 'used', message: `must be at most the ${refusal.granted} that were granted`, maximum: Number(refusal.granted) }])
            case 'event_too_old':
            case 'event_mismatch':
              return problem(refusal.code, WORDS[refusal.code], BECAUSE[refusal.code])
          }
        },
      }),
  }),
]
