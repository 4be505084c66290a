import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from 'otpauth'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { keepSecrets } from '../platform/secrets'
import { newSigningSecret } from '../webhooks/signing-secret'
import { newInvitationToken } from './invitation-token'
import { newRecoveryCodes, newSecret } from './one-time-code'
import { newOperatorToken } from './operator-token'
import { movingBits, SAMPLES } from './testing/random-bits'

const directory = mkdtempSync(join(tmpdir(), 'headroom-unguessable-'))
afterAll(() => rmSync(directory, { recursive: true }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const ofBase32 = (letters: string) => new Uint8Array(Secret.fromBase32(letters.replaceAll('-', '')).buffer)
let installations = 0
const secrets = () => keepSecrets(join(directory, String(++installations)))

/** What opens something to whoever has it. Keys of the machine interface are in `api-keys.database.test.ts`. */
const MADE = [
  { what: 'a link’s token', bits: 256, make: () => Buffer.from(newInvitationToken(), 'base64url') },
  { what: 'an operator’s session', bits: 256, make: () => Buffer.from(newOperatorToken(), 'base64url') },
  { what: 'the secret that webhooks are signed with', bits: 256, make: () => Buffer.from(newSigningSecret().replace('whsec_', ''), 'base64') },
  { what: 'the secret of an authenticator app', bits: 160, make: () => ofBase32(newSecret()) },
  { what: 'a recovery code', bits: 120, make: () => ofBase32(newRecoveryCodes()[0] ?? '') },
  { what: 'the secret of sessions', bits: 256, make: () => Buffer.from(secrets().NEXTAUTH_SECRET, 'base64url') },
  { what: 'the start-up key', bits: 192, make: () => Buffer.from(secrets().HEADROOM_SECRET_KEY.replace('hr_admin_', ''), 'base64url') },
  { what: 'the key that encrypts', bits: 256, make: () => Buffer.from(secrets().HEADROOM_ENCRYPTION_KEYS.replace('first:', ''), 'base64') },
]

describe('what nobody can guess', () => {
  it.each(MADE)('$what: $bits bits, each of them random, whatever the clock and Math.random say', ({ bits, make }) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    vi.useFakeTimers({ now: 0, toFake: ['Date', 'performance'] })
    expect(movingBits(Array.from({ length: SAMPLES }, make))).toBe(bits)
  })

  it('ten recovery codes are ten', () => {
    expect(new Set(newRecoveryCodes()).size).toBe(10)
  })
})
