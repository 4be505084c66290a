import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { companion } from './companion'

const EVERY_MS = 20
const PAGE = Buffer.alloc(8_192, 1)

/** What the disk alone makes anybody wait while `measure` lasts: one page, written in its place and synced 50 times a second, in a process of its own. */
export async function besideBareDisk<Measured>(measure: () => Promise<Measured>): Promise<{ measured: Measured; longestSyncMs: number }> {
  const disk = companion(import.meta.filename, 'who writes beside what is measured')
  try {
    await disk.answer()
    const measured = await disk.unlessEnded(measure())
    disk.send('how long')
    return { measured, longestSyncMs: await disk.answer<number>() }
  } finally {
    disk.letGo()
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
