import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const FINISH_WITHIN_MS = 10_000

/**
 * How to end a server without cutting a request: it takes no new connection, answers what it has been asked, and closes each connection with its
 * answer. Node by itself leaves busy connections open for more, so that a caller who keeps asking is cut off in the middle when the time is over.
 *
 * @returns what ends it; resolves when the last connection is closed, which is cut where its request takes longer than ten seconds.
 */
export function finishing(server: Server): () => Promise<void> {
  /**
   * The last that each connection asked for. Not a set that each request joins and leaves: one that grows and shrinks so is made anew every few
   * dozen requests, and each old one holds its successor, so that all that they ever held waits for a full collection of the heap.
   */
  const last = new Map<Socket, ServerResponse>()
  let isFinishing = false
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (isFinishing) return endConnection(response)
    if (!last.has(socket)) socket.once('close', () => last.delete(socket))
    last.set(socket, response)
  })
  return async () => {
    isFinishing = true
    const finished = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    for (const response of last.values()) endConnection(response)
    const timer = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS)
    await finished
    clearTimeout(timer)
  }
}

/** Says so to the caller, who would otherwise send the next one into a closed connection; too late for what is being sent already. */
function endConnection(response: ServerResponse): void {
  response.shouldKeepAlive = false
}
