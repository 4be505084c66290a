import { and, eq, isNull } from 'drizzle-orm'
import { revalidatePath } from 'next/cache'
import { unstable_rethrow } from 'next/navigation'
import { z } from 'zod'
import { inEngine } from '@/db/client'
import { organizations } from '@/db/schema'
import { type Answer, Halt } from '@/lib/api/answer'
import { answerIn } from '@/lib/api/answer-language'
import { Call } from '@/lib/api/call'
import { Idempotency, idempotencyKey, sentBody } from '@/lib/api/idempotency'
import type { PresentOperator } from '@/lib/auth/operator-session'
import { getOperator, getSignedInOperator } from '@/lib/auth/present-operator'
import { viewersLocale } from '@/lib/auth/session'
import { OrganizationGone } from '@/lib/billing/commands/store/organization'
import { isId } from '@/lib/ids'
import { theLog } from '@/lib/observe/log'
import { paymentProvider } from '@/lib/payments/provider'
import { ok, type Result, refuse } from '@/lib/result'
import { isStorable } from '@/lib/storable-text'
import { type ActionRefusal, parse, withoutFaults } from '../define-action'
import { type RegisteredAction, registerAction } from '../registry'

export type DeskField = { path: string; message: string }

/** As a form shows it: the words of each code stand in the catalog. */
export type DeskRefusal = { code: string; fields?: DeskField[]; facts?: Record<string, string> }

export type DeskAction = (requestId: string, input: Record<string, unknown>) => Promise<Result<Record<string, unknown> | null, DeskRefusal>>

export type Desk = {
  operator: PresentOperator
  /** One request of the machine interface, made by this operator: the same commands, under an idempotency key of the form's own. */
  call: Call
}

type Definition<Schema extends z.ZodType> = {
  /** `admin` for whatever moves money or rights (G85). */
  needs: 'admin' | 'anyone'
  /** Names the action in the key that a second press shares with the first. */
  name: string
  input: Schema
  run(desk: Desk, input: z.output<Schema>): Promise<Answer | Result<Record<string, unknown> | null, DeskRefusal>>
}

const requestKey = z.uuid()

/**
 * A write from the operator's desk: operator → role → input → the command that the machine interface runs. A form sends the
 * same `requestId` until it has an answer, so that pressing twice is asking once.
 */
export function defineOperatorAction<Schema extends z.ZodType>({ needs, name, input: schema, run }: Definition<Schema>): DeskAction {
  const action: DeskAction = async (requestId, input) => {
    try {
      const operator = await getOperator()
      if (!operator) return refuse({ code: 'signed_out' })
      if (needs === 'admin' && operator.role !== 'admin') {
        theLog().warn({ operator: operator.id, role: operator.role, action: name }, 'a right was refused')
        return refuse({ code: 'admin_only' })
      }
      const key = requestKey.safeParse(requestId)
      const parsed = schema.safeParse(input)
      if (!key.success || !parsed.success || !isKept(parsed.data)) return refuse({ code: 'invalid_input', fields: parsed.error ? fieldsOf(parsed.error) : [] })
      if (!(await isReachable(parsed.data))) return refuse({ code: 'not_found' })
      const answer = await resultOf(await run({ operator, call: callOf(operator, { name, key: key.data, input }) }, parsed.data))
      if (answer.ok) revalidatePath('/operator', 'layout')
      return answer
    } catch (fault) {
      unstable_rethrow(fault)
      if (fault instanceof Halt) return await resultOf(fault.answer)
      if (fault instanceof OrganizationGone) return refuse({ code: 'not_found' })
      theLog().error({ err: fault, action: name }, 'an operator’s action failed')
      throw new Error('The action could not be carried out')
    }
  }
  return registerAction(action, { access: needs === 'admin' ? 'operator_admin' : 'operator' } satisfies RegisteredAction)
}

/** For what is an operator's own, whatever their role: how they sign in. */
export function defineOwnOperatorAction<Schema extends z.ZodType, Value, Refusal>(definition: {
  input: Schema
  run(operator: PresentOperator, input: z.output<Schema>): Promise<Result<Value, Refusal>>
}): (input: z.input<Schema>) => Promise<Result<Value, Refusal | ActionRefusal>> {
  const action = (input: z.input<Schema>) =>
    withoutFaults<Value, Refusal>(async () => {
      const operator = await getSignedInOperator()
      if (!operator) return refuse({ code: 'signed_out' })
      const parsed = parse(definition.input, input)
      return parsed.ok ? definition.run(operator, parsed.value) : parsed
    })
  return registerAction(action, { access: 'operator' })
}

/** A closed organization's documents are kept, and nothing of it changes any more (A14). */
async function isReachable(input: unknown): Promise<boolean> {
  const named = typeof input === 'object' && input !== null && 'organizationId' in input ? input.organizationId : null
  if (typeof named !== 'string' || !isId('org', named)) return named === null
  return inEngine((tx) => tx.$count(organizations, and(eq(organizations.id, named), isNull(organizations.deletedAt)))).then((found) => found === 1)
}

function callOf(operator: PresentOperator, { name, key, input }: { name: string; key: string; input: unknown }): Call {
  const about = { keyId: operator.id, method: 'DESK', path: name, actor: operator.id, key, body: sentBody(input) }
  const idempotency = new Idempotency(idempotencyKey(about))
  return new Call({
    provider: paymentProvider(process.env),
    actor: 'operator',
    permission: null,
    idempotency,
    requestName: `${operator.id} ${name} ${key}`,
    operatorId: operator.id,
  })
}

/** What the machine interface would have answered, as a result: its problems are refusals, in German where the operator reads it. */
async function resultOf(given: Answer | Result<Record<string, unknown> | null, DeskRefusal>): Promise<Result<Record<string, unknown> | null, DeskRefusal>> {
  if (!('status' in given)) return given
  const answer = (await viewersLocale()) === 'de' ? answerIn('de', given) : given
  const body = (answer.body ?? {}) as Record<string, unknown>
  if (answer.status < 300) return ok({ ...body, pending: answer.status === 202 })
  const facts = Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [])),
  )
  const errors = Array.isArray(body.errors) ? (body.errors as DeskField[]) : []
  return refuse({ code: String(body.code ?? 'unavailable'), fields: errors, facts })
}

function fieldsOf({ issues }: z.ZodError): DeskField[] {
  return issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
}

/** What a form sends is flat. */
function isKept(sent: unknown): boolean {
  return typeof sent !== 'object' || sent === null || Object.values(sent).every((value) => typeof value !== 'string' || isStorable(value))
}
