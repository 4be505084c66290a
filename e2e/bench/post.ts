import { Pool } from 'undici'

/** As many requests at once as are asked for, over connections that are kept. */
export type Post = (path: string, body: string) => Promise<{ status: number; body: string }>

const CONNECTIONS = 256

/** Without streams: who sends the load shares the machine with what is measured. */
export function openPost({ url, apiKey }: { url: string; apiKey: string }): { post: Post; close(): Promise<void> } {
  const http = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  const post: Post = (path, body) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let status = 0
      http.dispatch(
        { method: 'POST', path: `/api/v1${path}`, headers, body },
        {
          onRequestStart() {},
          onResponseStart(_, statusCode) {
            status = statusCode
          },
          onResponseData(_, chunk) {
            chunks.push(chunk)
          },
          onResponseEnd() {
            resolve({ status, body: Buffer.concat(chunks).toString() })
          },
          onResponseError(_, fault) {
            reject(fault)
          },
        },
      )
    })
  return { post, close: () => http.close() }
}
