import { z } from '@hono/zod-openapi'
import { createTestClock } from '../../billing/commands/create-test-clock'
import { advanceClock } from '../../billing/flows/advance-clock'
import { findTestClock, type TestClockView } from '../../billing/views/test-clocks'
import { isId, type TestClockId } from '../../ids'
import { created, Halt, notFound, okay, problem } from '../answer'
import type { Call } from '../call'
import { instantField } from '../fields'
import { at } from '../present/values'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, readByOperator, writtenByOperator } from '../route'
import { testClock } from '../schemas/organization'

const area = 'Test clocks'

/** Time that is moved by hand has no place beside real money. */
function requireSandbox({ provider }: Call): void {
  if (provider.mode !== 'sandbox') throw new Halt(problem('forbidden', 'Test clocks are for simulated payments only.', { payments: provider.mode }))
}

function clockIdOf({ clock = '' }: Record<string, string>): TestClockId {
  if (!isId('clock', clock)) throw new Halt(notFound())
  return clock
}

const present = (clock: TestClockView) => ({ id: clock.id, now: at(clock.now) })

export const testClockRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/test_clocks',
    tenant: 'none',
    area,
    summary: 'Make a clock',
    description: 'Organizations that are created on it live wholly in its time. With simulated payments only.',
    body: z.strictObject({ now: instantField }),
    answers: { 201: { description: 'The clock.', schema: testClock } },
    problems: [],
    handle: async (call, { body }) => {
      requireSandbox(call)
      return call.command(null, async (context) => created(present(await createTestClock(context, body))))
    },
  }),
  defineRoute({
    ...readByOperator,
    path: '/test_clocks/{clock}',
    tenant: 'none',
    area,
    summary: 'Read a clock',
    answers: { 200: { description: 'The clock.', schema: testClock } },
    problems: [],
    handle: async (call, { params }) => {
      requireSandbox(call)
      const found = await call.read((tx) => findTestClock(tx, clockIdOf(params)))
      return found ? okay(present(found)) : notFound()
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/test_clocks/{clock}/advance',
    tenant: 'none',
    area,
    summary: 'Move a clock forward',
    description:
      'Answers once everything that fell due up to `to`, inclusive, has been done in time order: renewals, retries, what waited for a bank. Each charge settles before the next step.',
    body: z.strictObject({ to: instantField }),
    answers: { 200: { description: 'The clock at its new time.', schema: testClock } },
    problems: ['clock_backwards', 'clock_advancing', 'payments_unsettled'],
    handle: async (call, { params, body }) => {
      requireSandbox(call)
      const clockId = clockIdOf(params)
      return call.once(null, async () => {
        const advanced = await advanceClock(call.provider, { clockId, to: body.to })
        return advanced.ok ? okay(present({ id: clockId, now: advanced.value.now })) : refusalAnswer(advanced.error)
      })
    },
  }),
]
