import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'

const FINISH_WITHIN_MS = 10_000

/**
 * How to end a server without cutting a request: it takes no new connection, answers what it has been asked, and closes each connection with its
 * answer. Node by itself leaves busy connections open for more, so that a caller who keeps asking is cut off in the middle when the time is over;
 * it destroys one whose answer is written but not sent yet; and it waits without end for one that has gone over to another protocol.
 *
 * @returns what ends it; resolves when the last connection is closed, which is cut where its request takes longer than ten seconds.
 */
export function finishing(server: Server, withinMs = FINISH_WITHIN_MS): () => Promise<void> {
  /**
   * What each connection asked for last. Not a set that each request joins and leaves: one that grows and shrinks so is made anew every few dozen
   * requests, and each old one holds its successor, so that all that they ever held waits for a full collection of the heap.
   */
  const connections = new Map<Socket, Asked | null>()
  const upgraded = new Set<Socket>()
  let isFinishing = false

  /** Not while an answer is on its way: to Node its connection is idle too. */
  function closeIdle(): void {
    if (![...connections.values()].some((asked) => asked && isOnItsWay(asked.response))) server.closeIdleConnections()
  }

  function endWith(asked: Asked): void {
    const { request, response } = asked
    const over = () => (request.complete ? setImmediate(closeIdle) : request.once('end', () => setImmediate(closeIdle))) // What is still sent of its body is read away.
    if (response.closed) over()
    else response.once('close', over)
    endConnection(asked)
  }

  server.on('connection', (socket: Socket) => {
    connections.set(socket, null)
    socket.once('close', () => connections.delete(socket))
  })
  // A listener of ours alone would let everybody go over to what nobody speaks.
  server.once('newListener', function watch(event) {
    if (event !== 'upgrade') return void server.once('newListener', watch)
    server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
      if (isFinishing) return void socket.destroy()
      upgraded.add(socket)
      socket.once('close', () => upgraded.delete(socket))
    })
  })
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const asked = { request, response }
    if (connections.has(request.socket)) connections.set(request.socket, asked)
    if (isFinishing) endWith(asked)
  })

  return async () => {
    isFinishing = true
    const finished = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
    for (const asked of connections.values()) if (asked) endWith(asked)
    for (const socket of upgraded) socket.destroySoon() // Nothing was asked there that has an end.
    closeIdle()
    const timer = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy()
    }, withinMs)
    await finished
    clearTimeout(timer)
  }
}

type Asked = { request: IncomingMessage; response: ServerResponse }

const isOnItsWay = (response: ServerResponse) => response.writableEnded && !response.writableFinished

/**
 * Says so to the caller, who would otherwise send the next one into a closed connection; too late for what is being sent already. Not before the
 * whole body has come: whoever still sends one when the connection closes may never read the answer.
 */
function endConnection(asked: Asked): void {
  const { request, response } = asked
  if (!request.complete) return void request.once('end', () => endConnection(asked))
  response.shouldKeepAlive = false
}
