import { z } from '@hono/zod-openapi'
import { consume } from '../../metering/consume'
import { EVENT_ERRORS, type EventError, type EventErrorCode } from '../../metering/decide-bookings'
import { recordUsage } from '../../metering/record-usage'
import { countDecision, countEvents } from '../../observe/metrics'
import { type Answer, Halt, invalidRequest, notFound, okay, problem } from '../answer'
import { catalogId, instantField, text } from '../fields'
import { meteredAnswer } from '../metered-answer'
import { presentConsumed } from '../present/usage'
import { defineRoute, type Route, writtenByOperator } from '../route'
import { consumed, recorded } from '../schemas/usage'
import { consuming, eventsOf, recording, wishOf } from '../usage-groups'

const area = 'Usage'
const EVENTS_MAX = 10_000
const PROPERTIES_MAX = 50

export const organizationName = z
  .string()
  .min(1)
  .max(140)
  .openapi({ example: 'org_01kbp4x5mve8jbdk2g3tqh1s7n', description: 'Its id, or `ext:` and your own.' })
const property = z.union([text(0, 500), z.number(), z.boolean(), z.null()])
const properties = z.record(text(1, 64), property).refine((pairs) => Object.keys(pairs).length <= PROPERTIES_MAX, `must have at most ${PROPERTIES_MAX} entries`)

const shared = {
  id: text(1, 255).openapi({ description: 'Your own, unique in the organization; a repeat counts once.', example: 'req-7f3a' }),
  organization: organizationName,
  meter: catalogId.openapi({ example: 'calls' }),
  key: text(1, 255).nullable().optional().openapi({ description: 'A label that your product chooses, such as the customer’s API key.' }),
  properties: properties.nullable().optional(),
}
const event = z.strictObject({ ...shared, quantity: z.int().nonnegative().openapi({ example: 3 }), timestamp: instantField.optional() })

const wish = z.strictObject({ ...shared, quantity: z.int().nonnegative().default(1) })

/** Every offending event is listed, so that one repeat without them succeeds (G3); the code is the worst one's (G112). */
function eventErrors<Code extends EventErrorCode>(
  { code, errors }: { code: Code; errors: EventError[] },
  path: (error: EventError) => string,
): Answer<'invalid_request' | 'not_found' | (Code & RefusedEvent)> {
  const listed = errors.map((error) => ({ path: path(error), id: error.id, code: error.code, message: error.message }))
  switch (EVENT_ERRORS[code]) {
    case 'malformed':
      return invalidRequest(listed)
    case 'not_found':
      return { ...problem('not_found', 'There is no such organization.', { errors: listed }) }
    case 'refused':
      return problem(code as Code & RefusedEvent, listed[0]?.message ?? 'An event was refused.', {
        errors: listed,
        ...REFUSED_BECAUSE[code as Code & RefusedEvent],
      })
  }
}

/** Which field of a consume a mistake is about; of the others it is the id. */
const CONSUME_FIELDS: Partial<Record<EventErrorCode, string>> = { unknown_meter: 'meter', counter_full: 'quantity' }

type RefusedEvent = { [Code in EventErrorCode]: (typeof EVENT_ERRORS)[Code] extends 'refused' ? Code : never }[EventErrorCode]

const REFUSED_BECAUSE: Record<RefusedEvent, { rule: string; formula: string; inputs: Record<string, string | number> }> = {
  event_mismatch: { rule: 'G60', formula: 'hash(first event) ≠ hash(this event)', inputs: {} },
  event_too_old: { rule: 'C8', formula: 'now > period end + 35 days, or before the subscription’s start', inputs: { late_days: 35 } },
  no_subscription: { rule: 'G3', formula: 'live subscriptions with this meter = 0', inputs: {} },
}

function outcomeOf({ status, body }: Answer): Parameters<typeof countDecision>[0] {
  if (status !== 200) return 'refused'
  return (body as z.output<typeof consumed>).allowed ? 'allowed' : 'denied'
}

export const usageRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    scopes: ['usage'],
    method: 'post',
    path: '/usage',
    tenant: 'none',
    area,
    summary: 'Record usage',
    description:
      'All events of a body or none, up to 10,000. Recording never refuses usage for being over a limit: it happened. An id is remembered for at least 400 days and until its period takes no more late usage; a repeat with the same content changes nothing. Usage belongs to the period of its own timestamp and may come up to 35 days after its end.',
    body: z.strictObject({ events: z.array(event).min(1).openapi({ maxItems: EVENTS_MAX }) }),
    answers: { 200: { description: 'What became of them.', schema: recorded } },
    problems: ['not_found', 'event_mismatch', 'event_too_old', 'no_subscription'],
    handle: async (call, { body }) => {
      if (body.events.length > EVENTS_MAX) throw new Halt(problem('too_large', `A body has at most ${EVENTS_MAX} events.`, { maximum: EVENTS_MAX }))
      const answer = await meteredAnswer(call, {
        alone: async (context, terms) => recordUsage(context, await eventsOf(context.tx, body.events), terms),
        together: () => recording.do(body.events),
        toAnswer: ({ recorded: what }) => okay(what),
        toProblem: (refusal) => eventErrors(refusal, ({ index }) => `events.${index}`),
      })
      if (answer.status === 200) countEvents(answer.body as z.output<typeof recorded>)
      return answer
    },
  }),
  defineRoute({
    ...writtenByOperator,
    scopes: ['usage'],
    method: 'post',
    path: '/consume',
    tenant: 'none',
    area,
    summary: 'Ask and count in one step',
    description:
      'Decides whether the units may be used now, and counts them if so: all or nothing. Whatever the number of callers at once, what was allowed never passes a blocking limit. Not allowed: nothing is counted, and the same id may be asked again.',
    body: wish,
    answers: { 200: { description: 'The decision.', schema: consumed } },
    problems: ['not_found', 'event_mismatch'],
    handle: async (call, { body }) => {
      const began = performance.now()
      const answer = await meteredAnswer(call, {
        alone: async (context, terms) => consume(context, await wishOf(context.tx, body), terms),
        together: () => consuming.do(body),
        toAnswer: ({ answer }) => okay(presentConsumed(answer)),
        toProblem: (refusal) =>
          refusal.code === 'unknown_organization'
            ? notFound('There is no such organization.')
            : eventErrors(refusal, ({ code }) => CONSUME_FIELDS[code] ?? 'id'),
      })
      countDecision(outcomeOf(answer), began)
      return answer
    },
  }),
]
