import { inWebSnapshot, type Transaction, type Visibility } from './client'
import { inWebHistory } from './history'

/** What has been asked in a snapshot, by question. Only transactions of `webReads` are here. */
const asked = new WeakMap<Transaction, Map<string, Promise<unknown>>>()

/** Whether nothing that others write can change an answer any more. */
export function isSnapshot(tx: Transaction): boolean {
  return asked.has(tx)
}

/**
 * Asks once where the same question must have the same answer: in a snapshot. In any other transaction somebody may have
 * written meanwhile, and it is asked each time. `question` names all that the answer depends on.
 */
export function once<Answer>(tx: Transaction, question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answers = asked.get(tx)
  if (!answers) return ask()
  if (answers.has(question)) return answers.get(question) as Promise<Answer>
  const answer = ask()
  answers.set(question, answer)
  return answer
}

/** One read of what is past (see `inWebHistory`), in a snapshot of its own: it may be answered elsewhere than the others of its request. */
export function readPast<Value>(visibility: Visibility, read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return inWebHistory(visibility, (tx) => {
    asked.set(tx, new Map())
    return read(tx)
  })
}

/** One of the reads that a request makes. */
type Read = { answer(tx: Transaction): Promise<void>; refuse(fault: unknown): void }

/** Runs a read in a snapshot of the database, shared with others that wait at the same time. */
export type WebReads = <Value>(read: (tx: Transaction) => Promise<Value>) => Promise<Value>

/**
 * The reads of one request. Those that are asked for while others still run share their transaction: one connection, one
 * moment of the database, and no question asked twice. A read that fails fails alone; the rest get a transaction of their own,
 * because Postgres answers nothing more in the one that broke.
 */
export function webReads(visibility: Visibility): WebReads {
  const waiting: Read[] = []
  let isAnswering = false

  async function answerAll(): Promise<void> {
    isAnswering = true
    while (waiting.length > 0) {
      let isOpen = false
      await inWebSnapshot(visibility, async (tx) => {
        isOpen = true
        asked.set(tx, new Map())
        for (let read = waiting.shift(); read; read = waiting.shift()) await read.answer(tx)
      }).catch((fault: unknown) => {
        if (!isOpen) for (const read of waiting.splice(0)) read.refuse(fault) // The database does not answer anybody.
      })
    }
    isAnswering = false
  }

  return (read) => {
    const answer = new Promise<Awaited<ReturnType<typeof read>>>((resolve, refuse) => {
      waiting.push({
        async answer(tx) {
          try {
            resolve(await read(tx))
          } catch (fault) {
            refuse(fault)
            throw fault
          }
        },
        refuse,
      })
    })
    answer.catch(() => {}) // Whoever asked early may await it late; until then a fault is not a stray one that ends the process.
    if (!isAnswering) void answerAll()
    return answer
  }
}
