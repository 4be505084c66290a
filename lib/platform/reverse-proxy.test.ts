import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { passOn } from './reverse-proxy'

const servers: Server[] = []
afterEach(() => servers.splice(0).map((server) => server.close()))

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}
const front = (target: URL) => serve((request: IncomingMessage, response: ServerResponse) => passOn(request, response, target))

describe('passOn', () => {
  it('passes on method, path, query, headers and body, and brings back status, headers and body', async () => {
    const behind = await serve((request, response) => {
      void text(request).then((body) => {
        response.writeHead(303, { location: '/sandbox/done', 'set-cookie': ['a=1', 'b=2'] })
        response.end(`${request.method} ${request.url} ${request.headers['x-asked']} ${body}`)
      })
    })
    const answer = await fetch(new URL('/sandbox/checkout/cs_1?x=%2F', await front(behind)), {
      method: 'POST',
      body: 'card=4242',
      headers: { 'x-asked': 'yes' },
      redirect: 'manual',
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/sandbox/done')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await answer.text()).toBe('POST /sandbox/checkout/cs_1?x=%2F yes card=4242')
  })

  it('answers 502 where nobody listens', async () => {
    const gone = await serve(() => {})
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const answer = await fetch(await front(gone))
    expect(answer.status).toBe(502)
    expect(await answer.text()).toBe('The simulated payments are not answering.')
  })
})
