import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 20
const PAGE = Buffer.alloc(8_192, 1)

/** What the disk alone makes anybody wait while `measure` lasts: one page, written in its place and synced 50 times a second, in a process of its own. */
export async function besideBareDisk<Measured>(measure: () => Promise<Measured>): Promise<{ measured: Measured; longestSyncMs: number }> {
  const child = fork(import.meta.filename)
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('who writes beside what is measured has ended')))
  const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0] as number
  try {
    await answer()
    const measured = await Promise.race([measure(), ended])
    child.send('how long')
    return { measured, longestSyncMs: await answer() }
  } finally {
    ended.catch(() => undefined)
    child.disconnect()
  }
}

/** On the disk that the stage's database is on. */
async function syncAgainAndAgain(tell: (value: number) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-disk-'))
  const file = openSync(join(directory, 'page'), 'w')
  let longest = 0
  let isOver = false
  process.once('message', () => tell(longest))
  process.once('disconnect', () => {
    isOver = true
  })
  tell(0)
  while (!isOver) {
    writeSync(file, PAGE, 0, PAGE.length, 0)
    const began = performance.now()
    fdatasyncSync(file)
    longest = Math.max(longest, performance.now() - began)
    await sleep(EVERY_MS)
  }
  closeSync(file)
  rmSync(directory, { recursive: true })
}

if (process.argv[1] === import.meta.filename) void syncAgainAndAgain((value) => process.send?.(value))
