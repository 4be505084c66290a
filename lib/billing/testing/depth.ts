import { createHash, randomInt } from 'node:crypto'

/** `npm run test:deep` tries every case; the ordinary run a sample that is another one each time. */
const isDeep = process.env.HEADROOM_TEST_DEPTH === 'deep'
/** Set it to the seed that a failed run names, to have the same sample again. */
const seed = process.env.HEADROOM_TEST_SEED ?? String(randomInt(2 ** 32))

/** `count` of the cases, chosen by the seed; all of them in a deep run. Each comes with the seed that chose it. */
export function sample<Case extends object>(cases: readonly Case[], count: number): (Case & { seed: string })[] {
  const ranked = cases.map((one) => ({ one, rank: createHash('sha256').update(seed).update(JSON.stringify(one)).digest('hex') }))
  const chosen = isDeep ? ranked : ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, count)
  return chosen.map(({ one }) => ({ ...one, seed }))
}
