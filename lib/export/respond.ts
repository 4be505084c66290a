/** `name` without its ending, in `[a-z0-9-]`. */
export function archiveResponse(name: string, archive: ReadableStream<Uint8Array>): Response {
  return new Response(archive as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${name}.zip"`, 'cache-control': 'private, no-store' },
  })
}

/** Back to a page, by a path of ours: under whichever address this is reached. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path } })
}
