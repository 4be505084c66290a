/** What a slot of a sentence held, as it was written. */
type SlotKind = 'count' | 'money' | 'instant' | 'spoken' | 'unit' | 'name' | 'choice'
export type ReadSlot = { kind: SlotKind; text: string }

/** A sentence that was recognized: which one, and what its slots held. */
type ReadSentence<Key extends string> = { key: Key; slots: Record<string, ReadSlot> }

type Compiled = { pattern: RegExp; slots: { name: string; kind: SlotKind }[] }

/** `{plan:name}`, `{interval:month|year}`, or words of which one stands there: `[member|members]`. */
const PART = /\{(\w+):([^}]+)\}|\[([^\]]+)\]/g
const SLOTS: Record<Exclude<SlotKind, 'choice'>, string> = {
  count: '−?[\\d,]+',
  money: '[^ ]*\\d[^ ]*?', // A currency without a sign stands before its amount with a space that does not break.
  instant: '\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z',
  spoken: '\\d{1,2} \\p{L}+ \\d{4}, \\d{2}:\\d{2} UTC',
  unit: '.+',
  name: '.+',
}

function compile(sentence: string): Compiled {
  const slots: Compiled['slots'] = []
  let pattern = ''
  let from = 0
  for (const part of sentence.matchAll(PART)) {
    pattern += escapeForPattern(sentence.slice(from, part.index))
    from = part.index + part[0].length
    const [, name, kind = '', words] = part
    if (name === undefined) pattern += `(?:${alternatives(words ?? '')})`
    else {
      const isKind = Object.hasOwn(SLOTS, kind)
      slots.push({ name, kind: isKind ? (kind as SlotKind) : 'choice' })
      pattern += `(${isKind ? SLOTS[kind as keyof typeof SLOTS] : alternatives(kind)})`
    }
  }
  return { pattern: new RegExp(`^${pattern}${escapeForPattern(sentence.slice(from))}$`, 'u'), slots }
}

const alternatives = (words: string): string => words.split('|').map(escapeForPattern).join('|')

function escapeForPattern(words: string): string {
  return words.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** Reads English sentences of a table; null where none fits. */
export function sentenceReader<Key extends string>(sentences: Readonly<Record<Key, string>>): (text: string) => ReadSentence<Key> | null {
  const compiled = Object.entries<string>(sentences).map(([key, sentence]) => ({ key: key as Key, ...compile(sentence) }))
  return (text) => {
    for (const { key, pattern, slots } of compiled) {
      const found = pattern.exec(text)
      if (found) return { key, slots: Object.fromEntries(slots.map(({ name, kind }, index) => [name, { kind, text: found[index + 1] ?? '' }])) }
    }
    return null
  }
}
