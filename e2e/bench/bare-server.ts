import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { companion } from './companion'
import { openPost, type Post } from './post'

/** What Node's own server alone makes of the same requests, in a process of its own: it reads each body and answers how many events are in it. */
export async function withBareServer<Measured>(measure: (post: Post) => Promise<Measured>): Promise<Measured> {
  const server = companion(import.meta.filename, 'the bare server')
  try {
    const { post, close } = openPost({ url: await server.answer<string>(), apiKey: 'none' })
    const measured = await server.unlessEnded(measure(post))
    await close()
    return measured
  } finally {
    server.letGo()
  }
}

async function serve(tell: (url: string) => void): Promise<void> {
  const server = createServer(async (request, response) => {
    const { events } = JSON.parse(await text(request)) as { events: unknown[] }
    const answer = JSON.stringify({ accepted: events.length })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }).end(answer)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  process.once('disconnect', () => server.close())
  tell(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

if (process.argv[1] === import.meta.filename) void serve((url) => process.send?.(url))
