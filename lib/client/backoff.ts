const FIRST_MS = 200
const LONGEST_MS = 30_000

/** Waits longer after each failure, and never as long as another process beside it. */
export function backoffMs(failures: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
  return longest / 2 + Math.random() * (longest / 2)
}

/** A timer that keeps no process alive, where the runtime knows such. */
export function later(work: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(work, ms) as unknown as { unref?: () => void }
  timer.unref?.()
  return { cancel: () => clearTimeout(timer as unknown as ReturnType<typeof setTimeout>) }
}
