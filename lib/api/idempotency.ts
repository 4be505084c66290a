import { createHash } from 'node:crypto'
import { and, eq, gte, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { idempotencyAnswers } from '../../db/schema'
import { type DocumentId, isId, type OrganizationId } from '../ids'
import { openSecret, sealSecret } from '../platform/sealed-secret'
import { systemClock } from '../time'
import { type Answer, Halt, problem } from './answer'

/** Answers are kept for 30 days (G22). */
const KEPT_DAYS = 30
const HASH_BYTES = 16

export type IdempotencyKey = { scope: string; key: string; bodyHash: Buffer }

/** What a flow that was cut off is answered from. */
export type FlowFacts = { [name: string]: string | null }

/** Thrown inside the transaction of a request that was made before: it does nothing again. */
export class Replayed extends Error {
  override name = 'Replayed'
  constructor(
    /** Null: the first request has not been answered yet, and the state as it is now is the answer (G79). */
    readonly answer: Answer | null,
    readonly facts: FlowFacts,
  ) {
    super('this request was made before')
  }
}

/** What a form of our own sends, as bytes to compare. */
export function sentBody(input: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(input, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)))
}

export function idempotencyKey(request: { keyId: string; method: string; path: string; actor: string; key: string; body: Uint8Array }): IdempotencyKey {
  const { keyId, method, path, actor, key, body } = request
  const hash = createHash('sha256').update(actor).update('\n').update(body)
  return { scope: `${keyId} ${method} ${path}`, key, bodyHash: hash.digest().subarray(0, HASH_BYTES) }
}

/** What the command produced is kept: success, a payment that failed, a rule that refused. Nothing else is (G22). */
function isKept({ status }: Answer): boolean {
  return (status >= 200 && status < 300 && status !== 202) || status === 402 || status === 409
}

/**
 * One request under its idempotency key (C7): looked up and written in the command's own transaction, so that the effect
 * and the memory of it are one. Without a key it does nothing.
 */
export class Idempotency {
  #isWritten = false

  /** `isSealed`: the answer holds a secret that is shown once, so that nobody who reads the table may read it there. */
  constructor(
    private readonly request: IdempotencyKey | null,
    private readonly options: { isSealed?: boolean } = {},
  ) {}

  get name(): string | null {
    return this.request && `${this.request.scope} ${this.request.key}`
  }

  /**
   * At the beginning of the transaction.
   *
   * @throws Replayed where the request was made before, Halt where it is another one or the first still runs.
   */
  async claim(tx: Transaction): Promise<void> {
    if (!this.request || this.#isWritten) return
    const { scope, key } = this.request
    const { rows } = await tx.execute<{ locked: boolean }>(sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`${scope} ${key}`}, 0)) AS locked`)
    if (!rows[0]?.locked) throw new Halt(inProgress())
    await this.recall(tx)
  }

  /**
   * As `claim`, where whoever else has this key comes under a lock that is held already. That alone keeps the second away: a commit wakes whoever
   * waits for its rows a moment before it lets go of advisory locks, so that to ask for one of those as well could refuse the second.
   *
   * @throws Replayed where the request was made before, Halt (`idempotency_mismatch`) where it is another one.
   */
  async recall(tx: Transaction): Promise<void> {
    if (!this.request) return
    const { scope, key, bodyHash } = this.request
    const [kept] = await tx
      .select()
      .from(idempotencyAnswers)
      .where(and(eq(idempotencyAnswers.scope, scope), eq(idempotencyAnswers.key, key), gte(idempotencyAnswers.receivedOn, today(-KEPT_DAYS))))
      .limit(1)
    if (!kept) return
    if (!kept.bodyHash.equals(bodyHash)) {
      const because = { rule: 'C7', formula: 'hash(first request) ≠ hash(this request)', inputs: {} }
      throw new Halt(problem('idempotency_mismatch', 'This key was used for a request with another body, or acting as somebody else.', because))
    }
    if (kept.status === null) throw new Replayed(null, { ...(kept.body as FlowFacts), document: kept.documentId })
    throw new Replayed({ status: kept.status, body: openBody(kept.body) }, {})
  }

  /** As the last write of the transaction: the answer, if it is one that is kept. */
  async keep(tx: Transaction, answer: Answer, organizationId: OrganizationId | null): Promise<void> {
    if (this.request && isKept(answer))
      await this.#insert(tx, { organizationId, status: answer.status, body: this.options.isSealed ? sealBody(answer.body) : answer.body })
  }

  /** In a flow's first transaction: that it was begun, and from what its outcome can be told. */
  async begin(tx: Transaction, facts: FlowFacts, organizationId: OrganizationId): Promise<void> {
    const { document, ...body } = facts
    const documentId = document && isId('inv', document) ? document : null
    await this.#insert(tx, { organizationId, documentId, status: null, body })
  }

  /** The transaction that wrote it has committed: the flow's later ones need not ask again. */
  committed(): void {
    this.#isWritten = true
  }

  /** When a flow's outcome is known. */
  async complete(tx: Transaction, answer: Answer): Promise<void> {
    if (!this.request || !isKept(answer)) return
    const { scope, key } = this.request
    await tx
      .update(idempotencyAnswers)
      .set({ status: answer.status, body: answer.body })
      .where(and(eq(idempotencyAnswers.scope, scope), eq(idempotencyAnswers.key, key), isNull(idempotencyAnswers.status)))
  }

  async #insert(
    tx: Transaction,
    kept: { organizationId: OrganizationId | null; documentId?: DocumentId | null; status: number | null; body: unknown },
  ): Promise<void> {
    if (!this.request) return
    await tx.insert(idempotencyAnswers).values({ ...kept, ...this.request, receivedOn: today() })
  }
}

const PURPOSE = 'answer under an idempotency key'

function sealBody(body: unknown): { sealed: string } {
  return { sealed: sealSecret(JSON.stringify(body), PURPOSE) }
}

function openBody(body: unknown): unknown {
  const isSealed = typeof body === 'object' && body !== null && 'sealed' in body && typeof body.sealed === 'string'
  return isSealed ? JSON.parse(openSecret(String(body.sealed), PURPOSE)) : body
}

export function inProgress(): Answer<'idempotency_in_progress'> {
  return problem('idempotency_in_progress', 'The first request with this key still runs; ask again in a moment.', {
    rule: 'C7',
    formula: 'running requests with this key = 1',
    inputs: {},
  })
}

/** The day of receipt, by which answers are partitioned. */
function today(offsetDays = 0): string {
  return systemClock.now().toZonedDateTimeISO('UTC').add({ days: offsetDays }).toPlainDate().toString()
}
