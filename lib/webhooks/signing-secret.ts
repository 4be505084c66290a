import { randomBytes } from 'node:crypto'
import { openSecret, sealSecret } from '../platform/sealed-secret'
import { type Instant, isBefore } from '../time'

const SECRET_BYTES = 32
const PURPOSE = 'webhook signing'

/** As the Standard Webhooks convention writes it. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

export function sealSigningSecret(secret: string): string {
  return sealSecret(secret, PURPOSE)
}

type Sealed = { secret: string; previousSecret: string | null; previousSecretUntil: Instant | null }

/** What signs now: the secret, and for a day after a change the one before it. */
export function openSigningSecrets({ secret, previousSecret, previousSecretUntil }: Sealed, now: Instant): string[] {
  const stillSigns = previousSecret !== null && previousSecretUntil !== null && isBefore(now, previousSecretUntil)
  return [secret, ...(stillSigns ? [previousSecret] : [])].map((sealed) => openSecret(sealed, PURPOSE))
}
