import { randomInt } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function randomText(length: number): string {
  let text = ''
  for (let index = 0; index < length; index++) text += ALPHABET[randomInt(ALPHABET.length)]
  return text
}

/** An id as Stripe writes them: `pi_` and 24 letters that cannot be guessed. */
export function newStripeId(prefix: string, length = 24): string {
  return `${prefix}_${randomText(length)}`
}

export function newClientSecret(intentId: string): string {
  return `${intentId}_secret_${randomText(25)}`
}
