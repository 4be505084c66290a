import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

const PRESENT = 0x01
const VERIFIED = 0x04
const WITH_CREDENTIAL = 0x40
const NO_MODEL = Buffer.alloc(16)

/** What a lying device or a page elsewhere would make of it. */
export type Lie = { origin?: string; rpId?: string; unverified?: true; challenge?: string; userHandle?: string; counter?: number }

/** A device with one passkey, in software: ES256, without attestation, as a password manager's is. */
export class Authenticator {
  readonly credentialId = randomBytes(32)
  readonly #keys: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #counts: boolean
  #counter = 0
  #userHandle: string | undefined
  readonly #origin: string
  readonly #rpId: string

  constructor({ counts = true, url = 'http://localhost:3000' } = {}) {
    this.#counts = counts
    this.#origin = url
    this.#rpId = new URL(url).hostname
  }

  get id(): string {
    return base64url(this.credentialId)
  }

  register({ challenge, user }: { challenge: string; user: { id: string } }, lie: Lie = {}): RegistrationResponseJSON {
    this.#userHandle = user.id
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const key = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ]),
    )
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.credentialId.length)
    const authData = Buffer.concat([this.#head(WITH_CREDENTIAL, lie), NO_MODEL, length, this.credentialId, key])
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]) as never,
    )
    const response = {
      clientDataJSON: this.#clientData('webauthn.create', challenge, lie),
      attestationObject: base64url(attestationObject),
      transports: ['internal' as const],
    }
    return { id: this.id, rawId: this.id, type: 'public-key', response, clientExtensionResults: {} }
  }

  answer({ challenge }: { challenge: string }, lie: Lie = {}): AuthenticationResponseJSON {
    if (this.#counts) this.#counter++
    const authenticatorData = this.#head(0, lie)
    const clientDataJSON = this.#clientData('webauthn.get', challenge, lie)
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]), this.#keys.privateKey)
    const userHandle = lie.userHandle ?? this.#userHandle
    const response = { clientDataJSON, authenticatorData: base64url(authenticatorData), signature: base64url(signature), ...(userHandle && { userHandle }) }
    return { id: this.id, rawId: this.id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #head(flags: number, { rpId, unverified, counter }: Lie): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter ?? this.#counter)
    return Buffer.concat([sha256(rpId ?? this.#rpId), Buffer.from([flags | PRESENT | (unverified ? 0 : VERIFIED)]), count])
  }

  #clientData(type: string, challenge: string, lie: Lie): string {
    return base64url(JSON.stringify({ type, challenge: lie.challenge ?? challenge, origin: lie.origin ?? this.#origin, crossOrigin: false }))
  }
}
