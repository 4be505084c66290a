/** The deep run looks at everything; the usual one at a sample, which the seed that it prints chooses. */
export const DEEP = process.env.HEADROOM_TEST_DEPTH === 'deep'
export const SEED = Number(process.env.HEADROOM_TEST_SEED ?? 1)

export const sampled = <One>(all: readonly One[]): readonly One[] => all.filter((_, index) => DEEP || index === SEED % all.length)

/** Every third one in the usual run. */
export const third = <One>(all: readonly One[]): readonly One[] => all.filter((_, index) => DEEP || index % 3 === SEED % 3)
