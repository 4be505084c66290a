import type { PaymentKey } from '../billing/commands/payment-steps'
import type { CommandContext } from '../billing/context'
import { meterAndCharge } from '../billing/flows/use'
import type { NotYet, UsageTerms } from '../metering/usage-terms'
import { type Result, refuse } from '../result'
import { type Answer, problem, type Success } from './answer'
import type { Call } from './call'
import type { ProblemCode, SharedCode } from './codes'

type Booked = { setOff: readonly PaymentKey[] }
type Retried = NotYet | { code: 'set_off'; setOff: PaymentKey[] }
type Replayed = { code: 'replayed' }

type Outcome<Value, Refusal> = Result<Value, Retried | Refusal>

export type Metered<Value, Refusal, Code extends ProblemCode> = {
  /** In a transaction of its own, as often as it takes. */
  alone: (context: CommandContext, terms: UsageTerms) => Promise<Outcome<Value, Refusal>>
  /** In a transaction with other callers' requests; what is not to be done yet there is done alone. */
  together?: () => Promise<Outcome<Value, Refusal>>
  toAnswer: (value: Value) => Success
  toProblem: (refusal: Refusal) => Answer<Code>
}

/**
 * A period that has ended is closed first, so that what is used now counts in the one that began (C14), and what usage sets
 * off is charged and waited for (G5). The answer is kept under its idempotency key in the transaction that counts, which is therefore its own.
 */
export async function meteredAnswer<Value extends Booked, Refusal extends { code: string }, Code extends ProblemCode>(
  call: Call,
  { alone, together, toAnswer, toProblem }: Metered<Value, Refusal, Code>,
): Promise<Answer<Code | SharedCode>> {
  let answer: Answer<Code | SharedCode> = unavailable()
  // Where it is not the end of it, this answer is not kept and not given.
  const answerTo = (outcome: Outcome<Value, Refusal>): Answer<Code | SharedCode> =>
    outcome.ok ? toAnswer(outcome.value) : isRetried(outcome.error) ? unavailable() : toProblem(outcome.error)
  let inGroup = together !== undefined && !call.isRemembered
  const done = await meterAndCharge<Value, Refusal | Replayed>(call, async (terms) => {
    if (inGroup && together) {
      inGroup = false
      const outcome = await together()
      answer = answerTo(outcome)
      return outcome
    }
    let result: Result<Value, Retried | Refusal | Replayed> = refuse({ code: 'replayed' })
    answer = await call.command(null, async (context) => {
      const outcome = await alone(context, terms)
      result = outcome
      return answerTo(outcome)
    })
    return result
  })
  return done.ok || done.error.code !== 'unavailable' ? answer : unavailable()
}

const RETRIED: ReadonlySet<string> = new Set<Retried['code']>(['behind', 'sets_off', 'set_off'])

function isRetried<Refusal extends { code: string }>(refusal: Retried | Refusal): refusal is Retried {
  return RETRIED.has(refusal.code)
}

const unavailable = () =>
  problem('unavailable', 'A period of this organization could not be closed yet; send the same request again.', {}, { 'Retry-After': '5' })
