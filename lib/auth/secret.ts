import { hkdfSync } from 'node:crypto'

/** @throws Error where the installation has no secret; it is never made up here, because every process must have the same one. */
export function installationSecret(): string {
  const secret = process.env.NEXTAUTH_SECRET
  if (!secret) throw new Error('NEXTAUTH_SECRET is not set')
  return secret
}

/** A key of its own for each purpose, so that what is made for one is worthless for another. */
export function keyFor(purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', installationSecret(), '', `headroom ${purpose}`, 32))
}
