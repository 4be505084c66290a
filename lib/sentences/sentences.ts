/**
 * What the engine writes about an amount: an invoice line's description, and why a document differs from the plan's price. It is issued in
 * English, once, with its figures; whoever reads another language gets the same sentence worded anew from what its brackets hold.
 */
export const SENTENCES = {
  advance: /^(.+), a (period|year) in advance$/,
  unused: /^Unused time on (.+): ([\d,]+) of ([\d,]+) days$/,
  rest: /^(.+) for the rest of the period: ([\d,]+) of ([\d,]+) days$/,
  membersMoved: /^([\d,]+) members? (added|joined and left|removed) on (.+): ([\d,]+) of ([\d,]+) days$/,
  overLimit: /^([\d,]+) (.+) over the limit of ([\d,]+)$/,
  late: /^Late usage of (\S+) to (\S+): ([\d,]+) (.+)$/,
  refundedTime: /^Unused time that was refunded already$/,
  recharged: /^Credit, bought by auto-recharge$/,
  credit: /^Credit$/,
  planChanged: /^The plan changed from (.+) to (.+)\.$/,
  intervalChanged: /^The interval changed from a (month|year) to a (month|year)\.$/,
  isOverLimit: /^(\S+) is for usage over the limit\.$/,
  isUsage: /^(\S+) is for usage\.$/,
  isLate: /^(\S+) is for usage that was reported after its period was invoiced\.$/,
  boughtApplied: /^(\S+) of credit that was bought was applied\.$/,
  creditApplied: /^(\S+) of credit was applied\.$/,
  tooSmallBefore: /^(\S+) from earlier was too small to charge by itself and is collected here\.$/,
  tooSmallNow: /^(\S+) is too small to charge by itself and is collected with the next invoice\.$/,
  membersAdded: /^([\d,]+) members? (?:was|were) added: (\S+) for the time since\.$/,
  membersRemoved: /^([\d,]+) members? (?:was|were) removed: what was paid for the time after it becomes credit\.$/,
  membersCredited: /^([\d,]+) members? (?:was|were) removed: (\S+) of credit for the time after it\.$/,
  usage: /^([\d,]+) (\S.*)$/,
} as const satisfies Record<string, RegExp>

export type SentenceName = keyof typeof SENTENCES

/** A language's way to say each of them, given what its brackets hold, in order. */
export type SentenceWords = Readonly<Record<SentenceName, (...parts: string[]) => string>>

/** Null where the engine wrote no such sentence: a formula, or a name of the operator's own. */
export function readSentence(english: string): { name: SentenceName; parts: string[] } | null {
  for (const name of Object.keys(SENTENCES) as SentenceName[]) {
    const found = SENTENCES[name].exec(english)
    if (found) return { name, parts: found.slice(1) }
  }
  return null
}
