import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSecret, sealSecret } from './sealed-secret'

const [OLD, NEW] = [`2025:${randomBytes(32).toString('base64')}`, `2026:${randomBytes(32).toString('base64')}`]
const before = process.env.HEADROOM_ENCRYPTION_KEYS

beforeEach(() => {
  process.env.HEADROOM_ENCRYPTION_KEYS = OLD
})
afterEach(() => {
  process.env.HEADROOM_ENCRYPTION_KEYS = before
  if (before === undefined) delete process.env.HEADROOM_ENCRYPTION_KEYS
})

describe('a sealed secret', () => {
  it.each(['whsec_c2VjcmV0', '', 'ü – 秘密', 'x'.repeat(10_000)])('opens as it was: %s', (secret) => {
    const sealed = sealSecret(secret, 'webhooks')
    if (secret !== '') expect(sealed).not.toContain(secret)
    expect(openSecret(sealed, 'webhooks')).toBe(secret)
  })

  it('looks different each time, so that two equal secrets cannot be told', () => {
    expect(sealSecret('same', 'webhooks')).not.toBe(sealSecret('same', 'webhooks'))
  })

  it('still opens when a new key stands first, and is sealed under the new one from then on', () => {
    const sealed = sealSecret('kept', 'webhooks')
    process.env.HEADROOM_ENCRYPTION_KEYS = `${NEW}, ${OLD}`
    expect(openSecret(sealed, 'webhooks')).toBe('kept')
    expect(sealSecret('new', 'webhooks')).toMatch(/^2026:/)
  })

  it('opens for nothing else, not under another key, and not when it was changed', () => {
    const sealed = sealSecret('kept', 'webhooks')
    expect(() => openSecret(sealed, 'channels')).toThrow()
    expect(() => openSecret(`${sealed.slice(0, -2)}AA`, 'webhooks')).toThrow()
    expect(() => openSecret('nonsense', 'webhooks')).toThrow('no key named "nonsense"')
    process.env.HEADROOM_ENCRYPTION_KEYS = NEW
    expect(() => openSecret(sealed, 'webhooks')).toThrow('no key named "2025"')
  })

  it('is never made without a key', () => {
    delete process.env.HEADROOM_ENCRYPTION_KEYS
    expect(() => sealSecret('open', 'webhooks')).toThrow('HEADROOM_ENCRYPTION_KEYS is not set')
  })
})
