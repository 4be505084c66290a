const FIRST_STRONG_ISOLATE = '\u2068'
const POP_DIRECTIONAL_ISOLATE = '\u2069'

/** A plain argument, `{name}`: the words of an Arabic catalog hold no other braces around Latin letters (messages.test.ts sees to it). */
const ARGUMENT = /\{[A-Za-z]\w*\}/g

/**
 * The same catalog with every argument set apart from the sentence around it. In a sentence that is read from right to left, a plan's name, an
 * amount or an invoice number keeps its own order, and does not pull the comma beside it to its other side.
 */
export function isolateArguments<Words extends object>(words: Words): Words {
  return Object.fromEntries(
    Object.entries(words).map(([key, word]: [string, unknown]) => [
      key,
      typeof word === 'string' ? isolate(word) : typeof word === 'object' && word !== null ? isolateArguments(word) : word,
    ]),
  ) as Words
}

function isolate(message: string): string {
  return message.replaceAll(ARGUMENT, (argument) => `${FIRST_STRONG_ISOLATE}${argument}${POP_DIRECTIONAL_ISOLATE}`)
}
