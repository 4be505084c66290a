import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { keyFor } from './secret'

const TOKEN_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = 'invitation link'

/** What an invitation's link carries. The database keeps its hash, and, until the mail has gone, the sealed token. */
export function newInvitationToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

export function hashInvitationToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** For the queue of messages: whoever reads the database, or a backup of it, must not be able to accept an invitation. */
export function sealInvitationToken(token: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor(PURPOSE), nonce)
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** @throws Error where it was sealed under another secret, or changed. */
export function openInvitationToken(sealedToken: string): string {
  const bytes = Buffer.from(sealedToken, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyFor(PURPOSE), bytes.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
}
