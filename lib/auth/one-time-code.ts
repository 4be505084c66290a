import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Instant } from '../time'

/** What every authenticator app computes, whatever it is told: RFC 6238 with SHA-1, six digits, half a minute. */
const SCHEME = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Clocks of phones are wrong by seconds, and people type slowly: the code before and the one after count too. */
const DRIFT_STEPS = 1
/** As RFC 4226 recommends: as long as the hash. */
const SECRET_BYTES = 20

/** In base 32, as somebody types it who cannot scan. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32
}

/** What an authenticator app reads from the picture. */
export function addressOfSecret(secret: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ ...SCHEME, issuer, label, secret }).toString()
}

/** The step that a code belongs to, counted from 1970; null where it is of none around `at`. */
export function stepOfCode(secret: string, code: string, at: Instant): number | null {
  const timestamp = at.epochMilliseconds
  const delta = TOTP.validate({ ...SCHEME, secret: Secret.fromBase32(secret), token: code, timestamp, window: DRIFT_STEPS })
  return delta === null ? null : TOTP.counter({ period: SCHEME.period, timestamp }) + delta
}

export const RECOVERY_CODES = 10

/** 120 bits: too many to be guessed from a hash, so that a fast one keeps them (ASVS 5.0, V6.5.2). */
const RECOVERY_BYTES = 15
const RECOVERY_GROUP = /.{6}/g

/** Ten that get in once each: `ABCDEF-GHIJKL-MNOPQR-STUVWX`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const letters = new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_BYTES)).buffer }).base32
    return (letters.match(RECOVERY_GROUP) ?? []).join('-')
  })
}

/** However it is written: from paper, in small letters, without its dashes. */
export function hashRecoveryCode(code: string): string {
  return createHash('sha256').update(plain(code).toUpperCase()).digest('base64url')
}

const SIX_DIGITS = /^\d{6}$/

/** Authenticator apps show `123 456`. Null: it is meant as a recovery code. */
export function readDigits(code: string): string | null {
  const digits = plain(code.normalize('NFKC'))
  return SIX_DIGITS.test(digits) ? digits : null
}

function plain(code: string): string {
  return code.replace(/[\s-]/g, '')
}
