import { setTimeout as sleep } from 'node:timers/promises'

/** Where Node listens for whoever asks a running program, by SIGUSR1, to be looked into: one program of a machine at a time. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list'
const OPENS_WITHIN_MS = 10_000
const LOOKS_EVERY_MS = 20

type Target = { webSocketDebuggerUrl: string }
type Answer = { id?: number; error?: { message: string }; result?: { result?: { value?: unknown }; exceptionDetails?: unknown } }

/**
 * What lives in a Node program, in megabytes: its heap when all of it has just been collected, and what that holds outside. What the system says of a
 * program is what was ever needed between two collections, and goes to and fro by half with work that stays the same.
 */
export async function livingMegabytes(processId: number): Promise<number> {
  process.kill(processId, 'SIGUSR1')
  const socket = new WebSocket((await opened()).webSocketDebuggerUrl)
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error(`process ${processId} cannot be looked into`))
    })
    await ask(socket, 'HeapProfiler.collectGarbage')
    const used = await evaluate(socket, '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())')
    if (typeof used !== 'number') throw new Error(`process ${processId} did not say what it holds`)
    // Once we are gone: it waits for us otherwise.
    await evaluate(socket, "void setTimeout(() => process.getBuiltinModule('node:inspector').close(), 10)")
    return used / 1024 ** 2
  } finally {
    socket.close()
    await closed()
  }
}

async function evaluate(socket: WebSocket, expression: string): Promise<unknown> {
  const { result } = await ask(socket, 'Runtime.evaluate', { expression, returnByValue: true })
  if (result?.exceptionDetails) throw new Error(`${expression} failed: ${JSON.stringify(result.exceptionDetails)}`)
  return result?.result?.value
}

let asked = 0

function ask(socket: WebSocket, method: string, params: Record<string, unknown> = {}): Promise<Answer> {
  const id = ++asked
  return new Promise((resolve, reject) => {
    const hear = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as Answer
      if (answer.id !== id) return
      socket.removeEventListener('message', hear)
      if (answer.error) reject(new Error(`${method}: ${answer.error.message}`))
      else resolve(answer)
    }
    socket.addEventListener('message', hear)
    socket.addEventListener('close', () => reject(new Error(`${method}: the program went away`)), { once: true })
    socket.send(JSON.stringify({ id, method, params }))
  })
}

function opened(): Promise<Target> {
  return waited('opened', async () => {
    const [target] = (await (await fetch(INSPECTOR)).json()) as Target[]
    return target
  })
}

/** So that the next program can listen there. */
async function closed(): Promise<void> {
  await waited('closed', async () => ((await fetch(INSPECTOR)).ok ? undefined : true), true)
}

/** `refused`: what it comes to when nobody listens. */
async function waited<Value>(what: string, look: () => Promise<Value | undefined>, refused?: Value): Promise<Value> {
  for (let waited = 0; waited < OPENS_WITHIN_MS; waited += LOOKS_EVERY_MS) {
    const found = await look().catch(() => refused)
    if (found !== undefined) return found
    await sleep(LOOKS_EVERY_MS)
  }
  throw new Error(`the inspector of a program was not ${what} in ${OPENS_WITHIN_MS} ms`)
}
