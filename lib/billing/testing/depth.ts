import { createHash, randomInt } from 'node:crypto'

/** `npm run test:deep` tries every case; the ordinary run a sample that is another one each time. */
export const isDeep = process.env.HEADROOM_TEST_DEPTH === 'deep'
/** Set it to the seed that a failed run names, to have the same sample again. */
export const seed = process.env.HEADROOM_TEST_SEED ?? String(randomInt(2 ** 32))

/** How often what depends on luck is tried: once, as often as said in a deep run, or as `HEADROOM_TEST_ROUNDS` says, such as for a night. */
export function rounds(inDeep: number): number {
  const asked = Number(process.env.HEADROOM_TEST_ROUNDS)
  if (asked >= 1) return asked
  return isDeep ? inDeep : 1
}

/** `count` of the cases, chosen by the seed; all of them in a deep run. Each comes with the seed that chose it. */
export function sample<Case extends object>(cases: readonly Case[], count: number): (Case & { seed: string })[] {
  const ranked = cases.map((one) => ({ one, rank: createHash('sha256').update(seed).update(JSON.stringify(one)).digest('hex') }))
  const chosen = isDeep ? ranked : ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, count)
  return chosen.map(({ one }) => ({ ...one, seed }))
}

/** Throws that are the same again for the same seed and name. */
export class Dice {
  #throws = 0
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  /** A whole number from 0, below `sides`. */
  below(sides: number): number {
    this.#throws += 1
    return createHash('sha256').update(`${seed} ${this.#name} ${this.#throws}`).digest().readUInt32BE() % sides
  }

  of<Face>(faces: readonly Face[]): Face {
    const face = faces[this.below(faces.length)]
    if (face === undefined) throw new Error('there is nothing to choose from')
    return face
  }
}
