import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** So that each program listens at a port of its own for who asks it, by SIGUSR1, to be looked into. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' }
const OPENS_WITHIN_MS = 10_000
const LOOKS_EVERY_MS = 20
const ADDRESS = /Debugger listening on (ws:\S+)/

type Answer = { id?: number; error?: { message: string }; result?: { result?: { value?: unknown } } }

/**
 * What lives in a Node program, in megabytes: its heap when all of it has just been collected, and what that holds outside. What the system says of a
 * program is what was ever needed between two collections, and goes to and fro by half with work that stays the same.
 *
 * `log`: where it says where it listens. It was started with `INSPECTABLE`, and is looked into for that moment only.
 */
export async function livingMegabytes(program: { processId: number; log: string }): Promise<number> {
  const socket = new WebSocket(await addressOf(program))
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error(`what writes ${program.log} cannot be looked into`))
    })
    await ask(socket, { id: 1, method: 'HeapProfiler.collectGarbage' })
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())'
    const used = (await ask(socket, { id: 2, method: 'Runtime.evaluate', params: { expression, returnByValue: true } })).result?.result?.value
    if (typeof used !== 'number') throw new Error(`what writes ${program.log} did not say what it holds`)
    return used / 1024 ** 2
  } finally {
    socket.close()
  }
}

function ask(socket: WebSocket, request: { id: number; method: string; params?: Record<string, unknown> }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as Answer
      if (answer.id !== request.id) return
      if (answer.error) reject(new Error(`${request.method}: ${answer.error.message}`))
      else resolve(answer)
    }
    socket.onclose = () => reject(new Error(`${request.method}: the program went away`))
    socket.send(JSON.stringify(request))
  })
}

async function addressOf({ processId, log }: { processId: number; log: string }): Promise<string> {
  process.kill(processId, 'SIGUSR1') // Of one that listens already it changes nothing.
  for (let waited = 0; waited < OPENS_WITHIN_MS; waited += LOOKS_EVERY_MS) {
    const [, address] = ADDRESS.exec(readFileSync(log, 'utf8')) ?? []
    if (address) return address
    await sleep(LOOKS_EVERY_MS)
  }
  throw new Error(`${log} does not say where to look into its program`)
}
