import { expect, it } from 'vitest'
import { streamArchive } from './archive'

const endless = function* () {
  for (;;) yield crypto.randomUUID().repeat(1_000)
}

it('is given up where its reader has it open and reads nothing', async () => {
  let archive: ReadableStream<Uint8Array> | null = null
  const ended = new Promise<unknown>((resolve) => {
    archive = streamArchive((made) => made.add('endless.txt', endless()).then(() => {}, resolve), 50)
  })
  const reader = (archive as unknown as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  expect(await ended).toMatchObject({ message: 'nobody reads the archive any more' })
  await expect(reader.read()).rejects.toThrow('nobody reads the archive any more')
})
