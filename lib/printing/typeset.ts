import { sep } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { TypesetAnswer, TypesetTask } from './typeset-worker'

/** Nobody waits longer for a document; a thread that takes longer is broken, and is replaced. */
const WITHIN_MS = 20_000
/** More than this many at once are turned away instead of kept waiting. */
const MOST_WAITING = 50

/** Too many documents are being printed just now. */
export class PrinterBusy extends Error {
  override name = 'PrinterBusy'
}

type Waiting = { resolve(pdf: Uint8Array): void; reject(fault: Error): void }
type Typesetter = { worker: Worker; waiting: Map<number, Waiting>; lastId: number }

/** In one process the module graph exists twice (Next's bundle and ours), so the thread is known on the global object. */
const TYPESETTER = Symbol.for('headroom.printing.typesetter')
const shared = globalThis as typeof globalThis & { [TYPESETTER]?: Typesetter }

/**
 * Sets `document.typ` with `data` and gives the PDF.
 *
 * @throws PrinterBusy where too many wait already.
 */
export async function typeset(task: Omit<TypesetTask, 'id'>): Promise<Uint8Array> {
  shared[TYPESETTER] ??= startTypesetter()
  const typesetter = shared[TYPESETTER]
  const { worker, waiting } = typesetter
  if (waiting.size >= MOST_WAITING) throw new PrinterBusy()
  const id = ++typesetter.lastId
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      timer = setTimeout(() => {
        reject(new Error(`a document was not set within ${WITHIN_MS / 1_000} s`))
        void worker.terminate()
      }, WITHIN_MS)
      worker.postMessage({ ...task, id } satisfies TypesetTask)
    })
  } finally {
    clearTimeout(timer)
    waiting.delete(id)
  }
}

/** Started for the first document; it keeps no process alive. */
function startTypesetter(): Typesetter {
  const root = process.cwd()
  const worker = new Worker(workerFile(root), { workerData: { root } })
  const typesetter: Typesetter = { worker, waiting: new Map(), lastId: 0 }
  worker.unref()
  worker.on('message', (answer: TypesetAnswer) => {
    const asked = typesetter.waiting.get(answer.id)
    if ('pdf' in answer) asked?.resolve(answer.pdf)
    else asked?.reject(new Error(`a document could not be set: ${answer.fault}`))
  })
  const end = (fault: Error) => {
    if (shared[TYPESETTER] === typesetter) delete shared[TYPESETTER]
    for (const { reject } of typesetter.waiting.values()) reject(fault)
  }
  worker.on('error', end)
  worker.on('exit', () => end(new Error('the typesetter has ended')))
  return typesetter
}

/**
 * As it stands in the sources, which Node runs as they are. Put together so that no bundler follows it: bundled, it would find
 * neither its fonts nor the typesetter's native part.
 */
function workerFile(root: string): string {
  return [root, 'lib', 'printing', 'typeset-worker.ts'].join(sep)
}
