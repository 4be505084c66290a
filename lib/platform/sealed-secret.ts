import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/**
 * Seals a secret that has to be read again, such as what a webhook is signed with: AES-256-GCM under the first of
 * `HEADROOM_ENCRYPTION_KEYS`, whose name stands before it, so that a new key can be put first while the old ones still open.
 * `purpose` gives each use a key of its own: what was sealed for one cannot be passed off as another.
 */
export function sealSecret(secret: string, purpose: string): string {
  const [first] = encryptionKeys()
  if (!first) throw new Error('HEADROOM_ENCRYPTION_KEYS is empty')
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor(first.key, purpose), nonce)
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return `${first.name}:${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')}`
}

/** @throws Error where its key is not among the ones that are set, it was sealed for something else, or it was changed. */
export function openSecret(sealed: string, purpose: string): string {
  const [name = '', content = ''] = sealed.split(':')
  const found = encryptionKeys().find((one) => one.name === name)
  if (!found) throw new Error(`HEADROOM_ENCRYPTION_KEYS has no key named "${name}"; put it back to open what it sealed`)
  const bytes = Buffer.from(content, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyFor(found.key, purpose), bytes.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
}

function keyFor(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `headroom ${purpose}`, KEY_BYTES))
}

/** @throws Error where none is set: a secret is never kept open instead. */
function encryptionKeys(): { name: string; key: Buffer }[] {
  const keys = process.env.HEADROOM_ENCRYPTION_KEYS
  if (!keys) throw new Error('HEADROOM_ENCRYPTION_KEYS is not set')
  return keys.split(',').map((pair) => {
    const [name = '', key = ''] = pair.trim().split(':')
    return { name, key: Buffer.from(key, 'base64') }
  })
}
