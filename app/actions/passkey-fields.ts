import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { PASSKEY_NAME_MAX } from '@/lib/auth/passkeys'
import { PASSWORD_MAX } from '@/lib/auth/password'
import { isId, type PasskeyId } from '@/lib/ids'
import { isStorable } from '@/lib/storable-text'

/** Keys and signatures that the future may bring are long; what a browser hands over is a few hundred letters. */
const bytes = z.base64url().max(20_000)
const credential = { id: bytes, rawId: bytes, type: z.literal('public-key') }

/**
 * What a browser answers with a passkey, of which we take what is read. What else it says of itself is left away: browsers learn to
 * say more.
 */
export const assertion = z
  .object({
    ...credential,
    response: z.object({ clientDataJSON: bytes, authenticatorData: bytes, signature: bytes, userHandle: bytes.nullish() }),
  })
  .transform(({ response: { userHandle, ...response }, ...rest }): AuthenticationResponseJSON => {
    return { ...rest, response: { ...response, ...(userHandle && { userHandle }) }, clientExtensionResults: {} }
  })

/** Likewise, of a new one. */
export const attestation = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: bytes,
      attestationObject: bytes,
      transports: z
        .array(z.string().regex(/^[a-z-]{1,20}$/))
        .max(10)
        .optional(),
    }),
  })
  .transform(({ response: { transports, ...response }, ...rest }): RegistrationResponseJSON => {
    return { ...rest, response: { ...response, transports: (transports ?? []) as never }, clientExtensionResults: {} }
  })

export const passkeyName = z.string().trim().min(1).max(PASSKEY_NAME_MAX).refine(isStorable, 'cannot be kept')
export const passkeyId = z
  .string()
  .max(100)
  .refine((value) => isId('passkey', value), 'is not an id')
  .transform((value) => value as PasskeyId)

/** Who one is, shown again: by both steps, or by a passkey, which is both. */
export const proof = { code: z.string().max(100), password: z.string().max(PASSWORD_MAX), passkey: assertion.optional() }
