import { describe, expect, it } from 'vitest'
import { findStandAlone } from './stand-alone'

const shared = {
  databaseUrl: 'postgres://headroom@database/headroom',
  sessionSecret: 'a secret',
  encryptionKeys: 'first:key',
  publicUrl: 'https://billing.example.com',
  paymentsMode: 'live',
} as const

describe('--only', () => {
  it('asks for the web server or the worker, and without it everything runs in one place', () => {
    expect(findStandAlone(['node', 'start.ts'], shared)).toBeNull()
    expect(findStandAlone(['node', 'start.ts', '--only', 'web'], shared)).toBe('web')
    expect(findStandAlone(['node', 'start.ts', '--only', 'worker'], shared)).toBe('worker')
  })

  it.each([['--only'], ['--only', 'sandbox']])('says what may follow it: %s %s', (...parameters) => {
    expect(() => findStandAlone(parameters, shared)).toThrow('--only is followed by web or worker.')
  })

  it.each([
    ['databaseUrl', 'DATABASE_URL is not set'],
    ['sessionSecret', 'NEXTAUTH_SECRET is not set'],
    ['encryptionKeys', 'HEADROOM_ENCRYPTION_KEYS is not set'],
    ['publicUrl', 'HEADROOM_URL is not set'],
  ])('needs what all processes share: without %s it says so', (setting, sentence) => {
    expect(() => findStandAlone(['--only', 'web'], { ...shared, [setting]: undefined })).toThrow(
      `${sentence}; with --only web every process needs the same one.`,
    )
  })

  it('needs a payment provider that all processes reach', () => {
    expect(() => findStandAlone(['--only', 'worker'], { ...shared, paymentsMode: 'sandbox' })).toThrow('STRIPE_SECRET_KEY is not set')
  })
})
