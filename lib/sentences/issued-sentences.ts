/**
 * The English sentences that are issued with documents and quotes: what a line is for, and why a document is not simply the plan's price.
 * They are kept in English, as the machine interface gives them, and worded anew for whoever reads them. A slot says what stands in it:
 * `count`, `money`, `instant`, `name` and `unit` are read by `readSentence`; words between bars are the only ones possible there.
 * The first sentence that fits counts.
 */
export const ISSUED_SENTENCES = {
  planFee: '{plan:name}, a {interval:period|year} in advance',
  unusedTime: 'Unused time on {plan:name}: {unused:count} of {total:count} days',
  restOfPeriod: '{plan:name} for the rest of the period: {unused:count} of {total:count} days',
  seatsAdded: '{members:count} [member|members] added on {plan:name}: {days:count} of {total:count} days',
  seatsPassedThrough: '{members:count} [member|members] joined and left on {plan:name}: {days:count} of {total:count} days',
  seatsRemoved: '{members:count} [member|members] removed on {plan:name}: {days:count} of {total:count} days',
  lateUsage: 'Late usage of {start:instant} to {end:instant}: {units:count} {unit:unit}',
  refundedAlready: 'Unused time that was refunded already',
  rechargedCredit: 'Credit, bought by auto-recharge',
  boughtCredit: 'Credit',
  planChanged: 'The plan changed from {from:name} to {to:name}.',
  intervalChanged: 'The interval changed from a {from:month|year} to a {to:month|year}.',
  forExtraUsage: '{amount:money} is for usage over the limit.',
  forUsage: '{amount:money} is for usage.',
  forLateUsage: '{amount:money} is for usage that was reported after its period was invoiced.',
  boughtCreditApplied: '{amount:money} of credit that was bought was applied.',
  creditApplied: '{amount:money} of credit was applied.',
  collectedHere: '{amount:money} from earlier was too small to charge by itself and is collected here.',
  carriedForward: '{amount:money} is too small to charge by itself and is collected with the next invoice.',
  membersAdded: '{members:count} [member was|members were] added: {amount:money} for the time since.',
  membersRemoved: '{members:count} [member was|members were] removed: what was paid for the time after it becomes credit.',
  membersRemovedWithCredit: '{members:count} [member was|members were] removed: {amount:money} of credit for the time after it.',
  extraUnits: '{units:count} {unit:unit} over the limit of {limit:count}',
  usedUnits: '{units:count} {unit:unit}',
} as const

export type IssuedSentence = keyof typeof ISSUED_SENTENCES

/** Each of them in one language, as ICU messages; a sentence without words does not compile. */
export type IssuedWords = Readonly<Record<IssuedSentence, string>>
