import type { Answer } from './transport'

const FIRST_MS = 200
const LONGEST_MS = 30_000

/** For how long nothing is sent again: as the server says, else longer after each failure; and never as long as another process beside it. */
export function waitMs({ type, retryAfterMs }: Exclude<Answer, { type: 'answer' }>, failures: number): number {
  if (type === 'busy') return retryAfterMs + Math.random() * FIRST_MS
  if (retryAfterMs) return retryAfterMs
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
  return longest / 2 + Math.random() * (longest / 2)
}

/** A timer that keeps no process alive, where the runtime knows such. */
export function later(work: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(work, ms) as unknown as { unref?: () => void }
  timer.unref?.()
  return { cancel: () => clearTimeout(timer as unknown as ReturnType<typeof setTimeout>) }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => later(resolve, ms))

const LOOKS_AGAIN_MS = 60_000

/** A process in which nothing is left to do but to try again later does not end before the work has. */
export async function stayingFor(work: Promise<void>): Promise<void> {
  const alive = setInterval(() => {}, LOOKS_AGAIN_MS)
  try {
    await work
  } finally {
    clearInterval(alive)
  }
}
