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
  const sockets = new Set<Socket>()
  const upgraded = new Set<Socket>()
  const open = new Map<ServerResponse, IncomingMessage>()
  let isFinishing = false

  /** Not while an answer is on its way: to Node its connection is idle too. */
  function closeIdle(): void {
    if (isFinishing && ![...open.keys()].some(isOnItsWay)) server.closeIdleConnections()
  }

  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
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
    open.set(response, request)
    response.once('close', () => {
      open.delete(response)
      if (request.complete) return void setImmediate(closeIdle)
      request.once('end', () => setImmediate(closeIdle)) // What is still sent of its body is read away.
    })
    if (isFinishing) endConnection(request, response)
  })

  return async () => {
    isFinishing = true
    const finished = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
    for (const [response, request] of open) endConnection(request, response)
    for (const socket of upgraded) socket.destroySoon() // Nothing was asked there that has an end.
    closeIdle()
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, withinMs)
    await finished
    clearTimeout(timer)
  }
}

const isOnItsWay = (response: ServerResponse) => response.writableEnded && !response.writableFinished

/**
 * Says so to the caller, who would otherwise send the next one into a closed connection; too late for what is being sent already. Not before the
 * whole body has come: whoever still sends one when the connection closes may never read the answer.
 */
function endConnection(request: IncomingMessage, response: ServerResponse): void {
  if (!request.complete) return void request.once('end', () => endConnection(request, response))
  response.shouldKeepAlive = false
}
