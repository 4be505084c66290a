/** Minutes from one try to the next; the last one repeats. */
const BACK_OFF_MINUTES = [1, 5, 30, 120, 360] as const
export const GIVE_UP_AFTER_MINUTES = 3 * 24 * 60

/** When a message is tried again after its n-th try (1 is the first); null after three days. */
export function minutesToNextTry(tries: number): number | null {
  const waited = Array.from({ length: tries }, (_, index) => backOff(index))
  const total = waited.reduce((sum, minutes) => sum + minutes, 0)
  return total > GIVE_UP_AFTER_MINUTES ? null : backOff(tries - 1)
}

/** After how many minutes the `index`-th failure in a row (0 is the first) is tried again. */
export function backOff(index: number): number {
  return BACK_OFF_MINUTES[index] ?? BACK_OFF_MINUTES[BACK_OFF_MINUTES.length - 1] ?? 0
}
