import { type IncomingMessage, request, type ServerResponse } from 'node:http'

const BETWEEN_TWO_ONLY = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** Passes a request on, body and all, and the answer back; 502 where nobody answers there. */
export function passOn(incoming: IncomingMessage, outgoing: ServerResponse, target: URL): void {
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !BETWEEN_TWO_ONLY.has(name)))
  const onward = request({ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers }, (answer) => {
    const kept = Object.entries(answer.headers).filter(([name, value]) => value !== undefined && !BETWEEN_TWO_ONLY.has(name))
    for (const [name, value] of kept) outgoing.setHeader(name, value ?? '')
    outgoing.writeHead(answer.statusCode ?? 502)
    answer.pipe(outgoing)
  })
  onward.on('error', () => {
    if (!outgoing.headersSent) outgoing.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' })
    outgoing.end('The simulated payments are not answering.')
  })
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}
