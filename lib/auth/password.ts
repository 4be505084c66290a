import { hash, verify } from '@node-rs/argon2'

export const PASSWORD_MIN = 12
/** Long enough for any sentence; bounded, so that a megabyte of "password" costs nothing to refuse. */
export const PASSWORD_MAX = 256

/** After OWASP: argon2id (the package's default), 19 MiB, two passes, one thread. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What a missing account is compared with, so that the time of an answer does not tell who has one. */
const NOBODY = hash('nobody has this password', COST)

/** The new password is one that is tried first; see `isCommonPassword`. */
export type CommonPassword = { code: 'common_password' }

export function hashPassword(password: string): Promise<string> {
  return hash(normalized(password), COST)
}

/** Takes as long for `null` (no such account, or none with a password yet) as for a wrong password. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await NOBODY), normalized(password))
  return matches && passwordHash !== null
}

/** The same letters typed on two keyboards may be different bytes (é as one or as two). */
function normalized(password: string): string {
  return password.normalize('NFKC')
}
