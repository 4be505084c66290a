'use server'

import { z } from 'zod'
import { noContent, okay, problem } from '@/lib/api/answer'
import type { Call } from '@/lib/api/call'
import { refusalAnswer } from '@/lib/api/refusals'
import { createTestClock } from '@/lib/billing/commands/create-test-clock'
import { runBooks } from '@/lib/billing/commands/run-books'
import { advanceClock } from '@/lib/billing/flows/advance-clock'
import { type Instant, instant, isBefore } from '@/lib/time'
import { defineOperatorAction } from './define-operator-action'
import { id } from './fields'

/** Adds everything up afresh; it changes nothing but the record of it, so support may, too. */
export const runBooksAction = defineOperatorAction({
  needs: 'anyone',
  name: 'run-books',
  input: z.strictObject({}),
  run: ({ call }) =>
    call.once(null, async () => {
      const { differences } = await runBooks()
      return okay({ differences: differences.length })
    }),
})

const FIRST = instant('2000-01-01T00:00:00Z')
const LAST = instant('2100-01-01T00:00:00Z')

/** As the browser's field sends it, in UTC: `2026-06-01T00:00`. */
const pointInTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must be a day and a time, such as 2026-06-01 00:00')
  .transform((text, context): Instant => {
    const at = readInstant(text)
    if (at) return at
    context.addIssue({ code: 'custom', message: 'is no day and time between 2000 and 2100' })
    return z.NEVER
  })

function readInstant(text: string): Instant | null {
  try {
    const at = instant(`${text}:00Z`)
    return isBefore(at, FIRST) || isBefore(LAST, at) ? null : at
  } catch {
    return null
  }
}

/** Time that is moved by hand has no place beside real money. */
const isSandbox = ({ provider }: Call) => provider.mode === 'sandbox'
const sandboxOnly = problem('forbidden', 'Test clocks are for simulated payments only.')

export const createClockAction = defineOperatorAction({
  needs: 'admin',
  name: 'create-clock',
  input: z.strictObject({ now: pointInTime }),
  run: async ({ call }, input) =>
    isSandbox(call) ? call.command(null, async (context) => okay({ id: (await createTestClock(context, input)).id })) : sandboxOnly,
})

/** Does all that falls due on the way. Refuses with `clock_backwards`, `clock_advancing`, `payments_unsettled`. */
export const advanceClockAction = defineOperatorAction({
  needs: 'admin',
  name: 'advance-clock',
  input: z.strictObject({ clockId: id('clock'), to: pointInTime }),
  run: async ({ call }, { clockId, to }) => {
    if (!isSandbox(call)) return sandboxOnly
    return call.once(null, async () => {
      const advanced = await advanceClock(call.provider, { clockId, to })
      return advanced.ok ? noContent : refusalAnswer(advanced.error)
    })
  },
})
