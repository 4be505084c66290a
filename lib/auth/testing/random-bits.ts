/** So many that a random bit is the same in all of them once in 2^127 runs. */
export const SAMPLES = 128

/** How many bits of what was made are now one and now the other; a constant, a clock or padding counts for nothing. */
export function movingBits(made: readonly Uint8Array[]): number {
  const [first] = made
  if (!first || made.length < SAMPLES) throw new Error('too few to tell by')
  return Array.from({ length: first.length * 8 }, (_, bit) => new Set(made.map((bytes) => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1)).size).filter(
    (values) => values === 2,
  ).length
}
