/**
 * A body's bytes; null where there are more, which are not read. Node never reads more than a request's own `content-length`; without one they are
 * counted.
 */
export async function readAtMost(request: Request, bytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const length = request.headers.get('content-length')
  if (length !== null) return Number(length) > bytes ? null : new Uint8Array(await request.arrayBuffer())
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > bytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
