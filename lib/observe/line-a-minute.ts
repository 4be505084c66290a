const EVERY_MS = 60_000

/**
 * Who writes a line of the log that strangers can bring about as often as they like: nobody fills a disk by it, for there is one a minute.
 *
 * @returns Writes it, or leaves it out; `times` says how often it would have stood there since the last one.
 */
export function lineAMinute(): (write: (times: number) => void) => void {
  let times = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return (write) => {
    times++
    const now = performance.now()
    if (now - toldAt < EVERY_MS) return
    write(times)
    toldAt = now
    times = 0
  }
}
