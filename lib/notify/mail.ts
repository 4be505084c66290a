/** What a mail says, once; its HTML and its plain text are two drawings of it. */
export type Mail = {
  subject: string
  /** The account that it is about, above everything: many people belong to more than one. */
  account: string
  heading: string
  paragraphs: readonly string[]
  /** Figures as a table: `Used`, `24,000 of 30,000 calls`. */
  facts: readonly { term: string; value: string }[]
  /** Straight to the control. */
  action: { label: string; url: string }
  /** Why one gets this mail. */
  footer: string
}
