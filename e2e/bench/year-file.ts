import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseLog } from './database-log'
import type { LongLife } from './long-life'
import type { Figure } from './measure'
import type { Stage } from './stage'

const LOOKS_EVERY_MS = 500
/** A small file is read in a moment. */
const LOOKS_EVERY_SMALL_MS = 200
/** Who has asked for nothing for so long, while nobody reads, waits for the reader. */
const QUIET_MS = 2_000
const STANDS_AT_MOST_MS = 120_000
/** A file of a tenth of the lines, by the same code. */
const TENTH = '?who=system'
/** Where what is kept of the lines before would live. */
const FAR = 0.9
const MAY_READ_AHEAD_PERCENT = 10
/** Of a small file more is in the buffers on the way. */
const MAY_READ_AHEAD_SMALL_PERCENT = 50
/** However long the file is; of a small one as much. */
const MAY_LIVE_MB = 20

/**
 * The file of all entries of a year's activity, the longest that a customer can ask for. Its reader stands still after the first bytes, until the
 * server does too: what the server had fetched by then. And again after nine tenths: what lives in the server then that did not before. What it
 * holds at most would say nothing, for a heap goes to and fro by more than a file between two collections.
 */
export async function measureYearFile(
  stage: Stage,
  { slug }: LongLife,
  { cookie, lines, isSmall }: { cookie: string; lines: number; isSmall: boolean },
): Promise<Figure[]> {
  const looksEveryMs = isSmall ? LOOKS_EVERY_SMALL_MS : LOOKS_EVERY_MS
  const open = (query = '') => openFile(`${stage.url}/${slug}/activity/export${query}`, cookie)
  const log = await DatabaseLog.open(stage.sql)
  let statements = 0
  const look = async () => {
    await sleep(looksEveryMs)
    const more = (await log.read('headroom_web')).statements
    statements += more
    return more
  }
  await (await open(TENTH)).readTo(Number.POSITIVE_INFINITY)
  await standStill(look, looksEveryMs)
  const before = (await stage.livingMegabytes()).server
  statements = 0

  const file = await open()
  await standStill(look, looksEveryMs)
  const ahead = statements
  await during(file.readTo(FAR * lines), look)
  await standStill(look, looksEveryMs)
  const living = (await stage.livingMegabytes()).server - before
  await during(file.readTo(Number.POSITIVE_INFINITY), look)
  await log.close()
  if (file.read.lines < lines) throw new Error(`the file has ${file.read.lines} lines`)
  const megabytes = file.read.bytes / 2 ** 20
  const name = `a year’s activity as a file of ${lines.toLocaleString('en')} lines`
  return [
    {
      ...{ section: 'History', what: `${name}: what lives in the server for it when nine tenths are read`, value: living, unit: 'MB' },
      than: { what: 'the whole file', value: megabytes, ratio: living / megabytes },
      bound: { type: 'at most', value: MAY_LIVE_MB, smallValue: MAY_LIVE_MB },
    },
    {
      ...{ section: 'History', what: `${name}: what is fetched of it while its reader stands still`, value: (100 * ahead) / statements, unit: '%' },
      bound: { type: 'at most', value: MAY_READ_AHEAD_PERCENT, smallValue: MAY_READ_AHEAD_SMALL_PERCENT },
    },
  ]
}

async function standStill(look: () => Promise<number>, looksEveryMs: number): Promise<void> {
  let quiet = 0
  for (let looks = 0; quiet * looksEveryMs < QUIET_MS; looks++) {
    if (looks * looksEveryMs > STANDS_AT_MOST_MS) throw new Error('the server reads on although nobody takes what it has read')
    quiet = (await look()) === 0 ? quiet + 1 : 0
  }
}

async function during(work: Promise<unknown>, look: () => Promise<unknown>): Promise<void> {
  let isOver = false
  const end = () => {
    isOver = true
  }
  const looking = (async () => {
    while (!isOver) await look()
    await look()
  })()
  await Promise.all([work.finally(end), looking])
}

/** Unpacked, as it is made; its first bytes are read. */
async function openFile(url: string, cookie: string) {
  const answer = await fetch(url, { headers: { cookie, 'accept-encoding': 'identity' }, redirect: 'error' })
  if (answer.status !== 200 || !answer.body) throw new Error(`${url} answered ${answer.status}`)
  const reader = answer.body.getReader()
  const read = { lines: 0, bytes: 0 }
  const readChunk = async () => {
    const { done, value } = await reader.read()
    read.bytes += value?.length ?? 0
    read.lines += value?.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0) ?? 0
    return !done
  }
  await readChunk()
  return {
    /** What has been read so far. */
    read,
    /** So many lines, or to the end. */
    async readTo(lines: number) {
      while (read.lines < lines && (await readChunk()));
    },
  }
}
