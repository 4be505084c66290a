/** The deep run looks at everything; the usual one at a sample, which the seed that it prints chooses. */
export const DEEP = process.env.HEADROOM_TEST_DEPTH === 'deep'
export const SEED = Number(process.env.HEADROOM_TEST_SEED ?? 1)

export const sampled = <One>(all: readonly One[]): readonly One[] => all.filter((_, index) => DEEP || index === SEED % all.length)

/** Every other one in the usual run. */
export const half = <One>(all: readonly One[]): readonly One[] => all.filter((_, index) => DEEP || index % 2 === SEED % 2)
