import { createHash } from 'node:crypto'
import { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { ZipWriter } from '@zip.js/zip.js'

/** What a file of an archive turned out to be; `bytes` and `sha256` are of its content as it is unpacked. */
export type ArchivedFile = { name: string; bytes: number; sha256: string }

export type Archive = { add(name: string, chunks: Iterable<string> | AsyncIterable<string>): Promise<ArchivedFile> }

/** Who keeps a connection open and reads nothing holds one of the database's as well. */
const STALLED_AFTER_MS = 60_000

/**
 * A ZIP that is made while it is read: nothing is kept but the piece that is on its way, however large it becomes. Whoever stops reading
 * makes `write` fail, who reads nothing for a minute too. Where `write` fails the archive lacks its directory, so that no program takes a part for the whole.
 */
export function streamArchive(write: (archive: Archive) => Promise<void>, stalledAfterMs = STALLED_AFTER_MS): ReadableStream<Uint8Array> {
  let passedAt = performance.now()
  let end: (fault: unknown) => void = () => {}
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      end = (fault) => controller.error(fault)
    },
    transform(chunk, controller) {
      passedAt = performance.now()
      controller.enqueue(chunk)
    },
  })
  const watch = setInterval(() => {
    if (performance.now() - passedAt > stalledAfterMs) end(new Error('nobody reads the archive any more'))
  }, stalledAfterMs / 10)
  void writeAll(write, writable)
    .catch(end) // Its reader may have gone, which is what failed.
    .finally(() => clearInterval(watch))
  return readable
}

async function writeAll(write: (archive: Archive) => Promise<void>, writable: WritableStream<Uint8Array>): Promise<void> {
  const zip = new ZipWriter(writable, { useWebWorkers: false, level: 6 })
  await write({
    async add(name, chunks) {
      const hash = createHash('sha256')
      let bytes = 0
      async function* measured(): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
          const content = Buffer.from(chunk)
          hash.update(content)
          bytes += content.length
          yield content
        }
      }
      await zip.add(name, NodeReadableStream.from(measured()) as ReadableStream<Uint8Array>)
      return { name, bytes, sha256: hash.digest('hex') }
    },
  })
  await zip.close()
}
