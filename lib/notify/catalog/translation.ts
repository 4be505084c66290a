import type { en } from './en'

/** The same keys, any words. */
export type MailTranslation<Words> = { readonly [Key in keyof Words]: Words[Key] extends string ? string : MailTranslation<Words[Key]> }

export type MailCatalog = MailTranslation<typeof en>
