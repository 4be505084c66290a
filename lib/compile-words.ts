import compile from 'icu-minify/compile'
import formatMessage from 'use-intl/format-message'

const compiled = new WeakMap<object, object>()

/**
 * A catalog as this process's translators want it. The product's bundles leave the parser of messages out (`next.config.ts`: 12 KB that each
 * page would load), so there every message is parsed once, here on the server, and pages are handed what came of it. Elsewhere, in the worker
 * and in tests, the parser stands in the translator, and words go as they are written.
 */
export function compileWords<Words extends object>(words: Words): Words {
  if (formatMessage.raw) return words
  const done = (compiled.get(words) as Words | undefined) ?? compileEach(words)
  compiled.set(words, done)
  return done
}

function compileEach<Words extends object>(words: Words): Words {
  return Object.fromEntries(
    Object.entries(words).map(([key, word]: [string, unknown]) => [
      key,
      typeof word === 'string' ? plain(compile(word)) : typeof word === 'object' && word !== null ? compileEach(word) : word,
    ]),
  ) as Words
}

/** What the compiler makes has objects without a prototype, which a page cannot be handed. */
function plain(message: ReturnType<typeof compile>): unknown {
  return typeof message === 'string' ? message : JSON.parse(JSON.stringify(message))
}
