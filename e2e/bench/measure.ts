import { createHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/** One line of the report. */
export type Figure = {
  section: string
  what: string
  /** A second, or milliseconds, as `unit` says. */
  value: number
  unit: string
  /** What it is measured against, in the same run. `smallFloor`: what a short run on a busy machine is held to, where that is not a fixed part of `floor`. */
  than?: { what: string; value: number; ratio: number; floor?: number; smallFloor?: number }
  /** A floor or a ceiling of its own. `smallValue`: what a short run on a busy machine is held to; without it, to nothing. */
  bound?: { type: 'at least' | 'at most'; value: number; smallValue?: number }
}

export type Terms = { concurrency: number; seconds: number }

export type Pace = { perSecond: number; seconds: number; warmUpSeconds: number }

/** In milliseconds: what half of them waited at most, 99 of 100, and everybody. */
export type Percentiles = { p50: number; p99: number; longest: number }

/**
 * As long as is measured: a server compiles what it does only once it has done it for a while, and its connections learn the catalog. On a slow machine
 * single events went at 2,500 a second in their first five seconds, and at 3,600 to 4,400 in the third and fourth five.
 */
const WARM_UP = 1
const WARM_UP_AT_LEAST_MS = 1_000

function warmUpMs(seconds: number): number {
  return Math.max(seconds * WARM_UP * 1_000, WARM_UP_AT_LEAST_MS)
}

/** Closed loop: so many callers, each asking again as soon as it is answered. Answers the units a second, after a warm-up. */
export async function saturate({ concurrency, seconds }: Terms, work: (caller: number) => Promise<number>): Promise<number> {
  let isOver = false
  let units = 0
  const callers = Array.from({ length: concurrency }, async (_, caller) => {
    while (!isOver) {
      const done = await work(caller) // Not `units += await`: that adds to what was there before the wait.
      units += done
    }
  })
  await sleep(warmUpMs(seconds))
  const before = { units, at: performance.now() }
  await sleep(seconds * 1_000)
  const rate = (units - before.units) / ((performance.now() - before.at) / 1_000)
  isOver = true
  await Promise.all(callers)
  return rate
}

/**
 * Open loop: requests at a steady pace, whether or not those before them were answered, each timed from when it should have been sent, so that
 * a stall counts for all who would have met it. Answers percentiles in milliseconds, after a warm-up.
 */
export async function pace({ perSecond, seconds, warmUpSeconds }: Pace, work: () => Promise<unknown>): Promise<Percentiles> {
  const histogram = createHistogram({ lowest: 1, highest: 60_000_000 })
  const began = performance.now()
  const measuredFrom = began + warmUpSeconds * 1_000
  let open = 0
  let fault: unknown = null
  let sent = 0
  for (;;) {
    const now = performance.now()
    if (fault !== null || now - measuredFrom >= seconds * 1_000) break
    const due = Math.floor(((now - began) / 1_000) * perSecond)
    while (sent < due) {
      const at = began + (sent++ / perSecond) * 1_000
      open++
      work()
        .then(() => at >= measuredFrom && histogram.record(Math.max(1, Math.round((performance.now() - at) * 1_000))))
        .catch((reason: unknown) => {
          fault ??= reason
        })
        .finally(() => open--)
    }
    await sleep(1)
  }
  while (open > 0) await sleep(1)
  if (fault !== null) throw fault
  return { p50: histogram.percentile(50) / 1_000, p99: histogram.percentile(99) / 1_000, longest: histogram.max / 1_000 }
}

/**
 * Rates that are compared, one after the other and then again: a machine that becomes slower or faster meanwhile does so to all of them. Answers the
 * mean of each.
 */
export async function inTurn<Measures extends readonly (() => Promise<number>)[]>(...measures: Measures): Promise<{ [Index in keyof Measures]: number }> {
  const first: number[] = []
  const again: number[] = []
  for (const measure of measures) first.push(await measure())
  for (const measure of measures) again.push(await measure())
  return first.map((rate, index) => (rate + (again[index] ?? Number.NaN)) / 2) as { [Index in keyof Measures]: number }
}

/** The one in the middle, the lower of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
}
