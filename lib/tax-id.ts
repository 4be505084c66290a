import { stdnum } from 'stdnum'

/** Tax ids name Greece and Northern Ireland by letters of their own. */
const OTHER_LETTERS: Readonly<Record<string, string>> = { EL: 'GR', XI: 'GB' }

/**
 * Whether a tax id is none that is known in its country, nor of the country whose letters it begins with: a slip, most
 * likely. It is a doubt and no more: many countries have numbers that nobody here knows the form of.
 */
export function isDoubtfulTaxId(taxId: string, country: string | null): boolean {
  const letters = /^[A-Z]{2}/.exec(taxId)?.[0]
  const places = [country, letters && (OTHER_LETTERS[letters] ?? letters)].flatMap((code) => (code && stdnum[code] ? [stdnum[code]] : []))
  if (!country || !stdnum[country]) return false
  return !places.some((validators) => Object.values(validators).some((validator) => validator.validate(taxId).isValid))
}
