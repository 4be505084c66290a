import { hash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { inEngine, inEngineSnapshot, type Transaction } from '../../db/client'
import { inEnginePage } from '../../db/history'
import { can, type Permission } from '../auth/permissions'
import { findMember } from '../billing/commands/store/members'
import { lockOrganization } from '../billing/commands/store/organization'
import type { Actor, CommandContext } from '../billing/context'
import type { FlowContext } from '../billing/flows/flow-context'
import { failpoint } from '../failpoint'
import { type OperatorId, type OrganizationId, uuidOf } from '../ids'
import { traced } from '../observe/trace'
import type { PaymentProvider } from '../payments/port'
import type { Result } from '../result'
import { type Answer, Halt, problem } from './answer'
import type { ProblemCode, SharedCode } from './codes'
import { type FlowFacts, type Idempotency, inProgress, Replayed } from './idempotency'
import { type ProblemOf, type Refusal, refusalAnswer } from './refusals'

export type CallFacts = {
  provider: PaymentProvider
  actor: Actor
  /** What the route needs of a member who acts. */
  permission: Permission | null
  idempotency: Idempotency
  /** Of this request and its repeats. */
  requestName: string
  /** Who it is, where the call comes from the operator's desk: their name stands in what it records. */
  operatorId?: OperatorId
}

/** In one process the module graph exists twice (Next's bundle and ours), so what runs is known on the global object. */
const RUNNING = Symbol.for('headroom.api.running')
const shared = globalThis as typeof globalThis & { [RUNNING]?: Set<string> }

/** One authorized request: how its route reads and writes. */
export class Call {
  readonly provider: PaymentProvider
  readonly actor: Actor
  readonly #requestName: string
  readonly #permission: Permission | null
  readonly #idempotency: Idempotency
  readonly #operatorId: OperatorId | undefined

  constructor({ provider, actor, permission, idempotency, requestName, operatorId }: CallFacts) {
    this.provider = provider
    this.actor = actor
    this.#requestName = requestName
    this.#permission = permission
    this.#idempotency = idempotency
    this.#operatorId = operatorId
  }

  /** Of this request and its repeats, for the payment provider's own idempotency. */
  get providerKey(): string {
    return hash('sha256', this.#requestName)
  }

  /** It came with an idempotency key, whose answer is kept in the transaction of the command. */
  get isRemembered(): boolean {
    return this.#idempotency.name !== null
  }

  /** Nothing is written, and all that is read is of one moment. */
  read<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
    return inEngineSnapshot(work)
  }

  /** As `read`, of a page of a list: those behind the first are history, which a replica may answer. */
  readPage<Value>(page: { before?: unknown }, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
    return inEnginePage(page, work)
  }

  /** A command and the memory of its answer, in one transaction. Refusals are returned, so that they are kept too. */
  command<Code extends ProblemCode>(
    organizationId: OrganizationId | null,
    work: (context: CommandContext) => Promise<Answer<Code>>,
  ): Promise<Answer<Code | SharedCode>> {
    return this.#replaying(null, () =>
      this.#write(async (tx) => {
        await this.#idempotency.claim(tx)
        await this.#requirePresentActor(tx, organizationId)
        const answer = await work({ tx, actor: this.actor })
        await this.#idempotency.keep(tx, answer, organizationId)
        return answer
      }),
    )
  }

  /**
   * What has no single transaction and may be done again from the start after a crash: its answer is kept at the end.
   */
  once<Code extends ProblemCode>(organizationId: OrganizationId | null, work: () => Promise<Answer<Code>>): Promise<Answer<Code | SharedCode>> {
    return this.#replaying(null, () =>
      this.#alone(async () => {
        await inEngine(async (tx) => {
          await this.#idempotency.claim(tx)
          await this.#requirePresentActor(tx, organizationId)
        })
        const answer = await work()
        await this.#keepLast(answer, organizationId)
        return answer
      }),
    )
  }

  /** For a flow within `once`: its transactions know nothing of the idempotency key. */
  flowContext(organizationId: OrganizationId): FlowContext {
    return {
      provider: this.provider,
      first: (work) =>
        this.#write(async (tx) => {
          await this.#requirePresentActor(tx, organizationId)
          return work({ tx, actor: this.actor })
        }),
    }
  }

  /**
   * A flow (G79): its first transaction also writes that it was begun, and `answer` tells its outcome from the database,
   * after it has run as well as for a repeat of the request after a crash.
   */
  flow<Opened, Outcome, R extends Refusal, Code extends ProblemCode>(
    organizationId: OrganizationId,
    flow: {
      run(context: FlowContext): Promise<Result<Outcome, R>>
      /** From what the first transaction gave, what is needed to tell the outcome. */
      facts(opened: Opened): FlowFacts
      /** Whether money moves after the first transaction; where it does not, all is done with it. */
      goesOn(opened: Opened): boolean
      answer(tx: Transaction, facts: FlowFacts): Promise<Answer<Code>>
    },
  ): Promise<Answer<Code | ProblemOf<R> | SharedCode>> {
    const idempotency = this.#idempotency
    return this.#replaying<Code | ProblemOf<R> | SharedCode>(flow.answer, () =>
      this.#alone<Code | ProblemOf<R>>(async () => {
        let begun: FlowFacts | null = null
        const first: FlowContext['first'] = async (work) => {
          const { value, facts } = await this.#write(async (tx) => {
            await idempotency.claim(tx)
            await this.#requirePresentActor(tx, organizationId)
            const value = await work({ tx, actor: this.actor })
            const opened = value as Result<Opened, unknown>
            if (!opened.ok) return { value, facts: null }
            const facts = flow.facts(opened.value)
            if (flow.goesOn(opened.value)) await idempotency.begin(tx, facts, organizationId)
            else await idempotency.keep(tx, await flow.answer(tx, facts), organizationId)
            return { value, facts }
          })
          if (facts) {
            begun = facts
            idempotency.committed()
          }
          return value
        }
        const result = await flow.run({ provider: this.provider, first })
        if (!result.ok) {
          const answer = refusalAnswer(result.error)
          await this.#keepLast(answer, organizationId)
          return answer
        }
        const facts = begun ?? {}
        const answer = await inEngine(async (tx) => {
          const answer = await flow.answer(tx, facts)
          failpoint('answer:read')
          await idempotency.complete(tx, answer)
          return answer
        })
        failpoint('answer:kept')
        return answer
      }),
    )
  }

  /** Claimed again: the same request may have come to another process meanwhile, and the answer that was kept first is the answer. */
  #keepLast(answer: Answer, organizationId: OrganizationId | null): Promise<void> {
    return inEngine(async (tx) => {
      await this.#idempotency.claim(tx)
      await this.#idempotency.keep(tx, answer, organizationId)
    })
  }

  /** The transaction in which the caller's own command runs. */
  #write<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
    const operator = this.#operatorId
    if (operator === undefined) return inEngine(work)
    return inEngine(async (tx) => {
      await tx.execute(sql`SELECT set_config('app.operator_id', ${uuidOf('op', operator)}, true)`)
      return work(tx)
    })
  }

  async #replaying<Code extends ProblemCode>(
    answerNow: ((tx: Transaction, facts: FlowFacts) => Promise<Answer<Code>>) | null,
    work: () => Promise<Answer<Code>>,
  ): Promise<Answer<Code>> {
    try {
      return await traced('command', {}, () => work())
    } catch (fault) {
      if (!(fault instanceof Replayed)) throw fault
      // What was kept is what this route has answered.
      const answer = (fault.answer as Answer<Code> | null) ?? (answerNow ? await this.#answerNow(fault.facts, answerNow) : null)
      if (!answer) throw fault
      return { ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } }
    }
  }

  #answerNow<Code extends ProblemCode>(facts: FlowFacts, answerNow: (tx: Transaction, facts: FlowFacts) => Promise<Answer<Code>>): Promise<Answer<Code>> {
    return inEngine(async (tx) => {
      const answer = await answerNow(tx, facts)
      await this.#idempotency.complete(tx, answer)
      return answer
    })
  }

  /** One request a key at a time, also between a flow's transactions. */
  async #alone<Code extends ProblemCode>(work: () => Promise<Answer<Code>>): Promise<Answer<Code | SharedCode>> {
    const { name } = this.#idempotency
    if (name === null) return work()
    shared[RUNNING] ??= new Set()
    const running = shared[RUNNING]
    if (running.has(name)) return inProgress()
    running.add(name)
    try {
      return await work()
    } finally {
      running.delete(name)
    }
  }

  /** A role that is taken away at the same moment counts for nothing: it is read under the organization's lock. */
  async #requirePresentActor(tx: Transaction, organizationId: OrganizationId | null): Promise<void> {
    if (this.actor === 'operator' || this.actor === 'system' || organizationId === null || this.#permission === null) return
    await lockOrganization(tx, organizationId)
    const member = await findMember(tx, organizationId, this.actor)
    if (member && can(member.role, this.#permission)) return
    throw new Halt(problem('forbidden', `This needs the permission ${this.#permission}.`, { permission: this.#permission }))
  }
}
