import type { Locale } from '../locale'
import type { Brand } from '../platform/brand'

export type MailLink = { label: string; url: string }
export type MailFact = { term: string; value: string }

/** What a message says of its own. */
export type Worded = {
  subject: string
  heading: string
  paragraphs: readonly string[]
  /** Figures as a table: `Used`, `24,000 of 30,000 calls`. */
  facts: readonly MailFact[]
  /** An invoice's lines, and below them what they add up to. */
  lines?: readonly MailFact[]
  totals?: readonly MailFact[]
  /** Straight to the control. */
  action: MailLink
  /** What else one may want to see or do. */
  links?: readonly MailLink[]
}

/** What a message says, once: its HTML, its plain text and its chat post are three drawings of it. */
export type Mail = Required<Worded> & {
  language: Locale
  direction: 'ltr' | 'rtl'
  brand: Brand
  /** The account that it is about, above everything: many people belong to more than one. */
  account: string
  /** `Or open {url}`, below the button, for whoever's program shows none. */
  fallback: string
  /** Why one gets this mail, and whom to ask. */
  footer: readonly string[]
  /** Where one chooses what one gets; null where nothing can be chosen. */
  preferences: MailLink | null
}
