import dns from 'node:dns'
import { createServer, type ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'

export type Received = { path: string; headers: Record<string, string>; body: string }

/** `nothing`: takes the request and never answers. `endless`: answers and never ends. */
export type ReceiverAnswer = { status: number; body: string; headers?: Record<string, string> } | 'hang up' | 'nothing' | 'endless'

export type Receiver = {
  url: string
  received: Received[]
  /** A promise: when it resolves. */
  answer: (request: Received) => ReceiverAnswer | Promise<ReceiverAnswer>
  reset(): void
  /** Whatever is asked of the name server leads to this machine, as a hostile one would answer. */
  resolveNamesHere(): { restore(): void }
  close(): Promise<void>
}

const takes = (): ReceiverAnswer => ({ status: 200, body: 'ok' })

/** A customer's program that takes webhooks, over real HTTP. */
export async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const got = { path: request.url ?? '', headers, body }
      receiver.received.push(got)
      void Promise.resolve(receiver.answer(got)).then((answer) => give(answer, response))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received: [],
    answer: takes,
    reset() {
      receiver.received = []
      receiver.answer = takes
    },
    resolveNamesHere() {
      const { lookup } = dns
      const here = ((_name: string, options: unknown, done?: unknown) => {
        const callback = (typeof options === 'function' ? options : done) as (fault: null, address: unknown, family?: number) => void
        const wantsAll = typeof options === 'object' && options !== null && 'all' in options && options.all
        if (wantsAll) callback(null, [{ address: '127.0.0.1', family: 4 }])
        else callback(null, '127.0.0.1', 4)
      }) as typeof dns.lookup
      dns.lookup = here
      syncBuiltinESMExports()
      return {
        restore() {
          dns.lookup = lookup
          syncBuiltinESMExports()
        },
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}

function give(answer: ReceiverAnswer, response: ServerResponse): void {
  if (answer === 'nothing') return
  if (answer === 'hang up') return void response.socket?.destroy()
  if (answer === 'endless') {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(1_024)), 1)
    response.on('close', () => clearInterval(timer))
    return
  }
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}
