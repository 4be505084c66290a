import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readEnvironment } from './environment'
import { INTERNAL_VARIABLES, SETTINGS, writeExample } from './settings'

const KEY = `2026-06:${Buffer.alloc(32, 7).toString('base64')}`
const stripe = { STRIPE_SECRET_KEY: 'sk_test_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc' }
const live = { STRIPE_SECRET_KEY: 'sk_live_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc' }
const mistakesOf = (source: Record<string, string>) => {
  const read = readEnvironment(source)
  return read.ok ? [] : read.error
}
const read = (source: Record<string, string>) => {
  const result = readEnvironment(source)
  if (!result.ok) throw new Error(result.error.join(' '))
  return result.value
}

describe('readEnvironment', () => {
  it.each([
    { source: { PORT: '0' }, mistake: 'PORT must be a number from 1 to 65535.' },
    { source: { PORT: '65536' }, mistake: 'PORT must be a number from 1 to 65535.' },
    { source: { PORT: 'http' }, mistake: 'PORT must be a number from 1 to 65535.' },
    { source: { HOST: 'http://0.0.0.0' }, mistake: 'HOST must be an address or a name of this machine, such as 0.0.0.0.' },
    { source: { TRUSTED_PROXIES: '-1' }, mistake: 'TRUSTED_PROXIES must be a whole number from 0 to 9.' },
    { source: { LOG_LEVEL: 'loud' }, mistake: 'LOG_LEVEL must be error, warn, info or debug.' },
    { source: { HEADROOM_ACCENT_COLOR: 'blue' }, mistake: 'HEADROOM_ACCENT_COLOR must be a color such as #3b5bdb.' },
    { source: { HEADROOM_SUPPORT: 'call us' }, mistake: 'HEADROOM_SUPPORT must be a mail address, or a page that begins with https://.' },
    { source: { HEADROOM_BRAND_LOGO: 'http://example.com/logo.svg' }, mistake: 'HEADROOM_BRAND_LOGO must be a file, or an address that begins with https://.' },
    {
      source: { HEADROOM_BRAND_LOGO_DARK: './logo.svg' },
      mistake: 'HEADROOM_BRAND_LOGO is not set but HEADROOM_BRAND_LOGO_DARK is; the light theme needs one too.',
    },
    { source: { HEADROOM_URL: 'billing.example.com' }, mistake: 'HEADROOM_URL must be an address that begins with http:// or https://.' },
    { source: { HEADROOM_URL: 'https://example.com/billing' }, mistake: 'HEADROOM_URL must be an address without a path.' },
    {
      source: { HEADROOM_RETURN_URLS: 'https://app.example.com, http://example.com' },
      mistake: 'HEADROOM_RETURN_URLS must be addresses that begin with https://, without query or fragment, separated by commas.',
    },
    {
      source: { DATABASE_URL: 'mysql://localhost/x' },
      mistake: 'DATABASE_URL must be a Postgres address, such as postgres://user:password@host:5432/database.',
    },
    {
      source: { DATABASE_WEB_URL: 'postgres://web@localhost/x' },
      mistake: "DATABASE_WEB_URL is set but DATABASE_URL is not; Headroom needs the owner's address for its migrations.",
    },
    {
      source: { DATABASE_URL: 'postgres://owner@localhost/x', DATABASE_REPLICA_URL: 'replica:5432' },
      mistake: 'DATABASE_REPLICA_URL must be a Postgres address, such as postgres://replica:5432/database.',
    },
    {
      source: { DATABASE_URL: 'postgres://owner@localhost/x', DATABASE_REPLICA_URL: 'postgres://reader:secret@replica/x' },
      mistake: 'DATABASE_REPLICA_URL must have no user and password: a replica has the roles of its primary.',
    },
    {
      source: { DATABASE_REPLICA_URL: 'postgres://replica/x' },
      mistake: 'DATABASE_REPLICA_URL is set but DATABASE_URL is not; the built-in database has no replica.',
    },
    {
      source: { STRIPE_SECRET_KEY: 'pk_test_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc' },
      mistake: 'STRIPE_SECRET_KEY must be a secret or restricted key of Stripe, which begins with sk_test_, sk_live_, rk_test_ or rk_live_.',
    },
    {
      source: { STRIPE_SECRET_KEY: 'sk_test_abc' },
      mistake: 'STRIPE_WEBHOOK_SECRET is not set but STRIPE_SECRET_KEY is; Stripe shows it beside the webhook endpoint.',
    },
    { source: { STRIPE_WEBHOOK_SECRET: 'whsec_abc' }, mistake: 'STRIPE_SECRET_KEY is not set but STRIPE_WEBHOOK_SECRET is.' },
    { source: { SMTP_URL: 'mail.example.com', MAIL_FROM: 'a@example.com' }, mistake: 'SMTP_URL must be an address that begins with smtp:// or smtps://.' },
    { source: { SMTP_URL: 'smtp://localhost' }, mistake: 'MAIL_FROM is not set but SMTP_URL is; mail needs a sender.' },
    { source: { MAIL_FROM: 'Billing' }, mistake: 'MAIL_FROM must be a mail address, such as Billing <billing@example.com>.' },
    { source: { HEADROOM_SECRET_KEY: 'x'.repeat(23) }, mistake: 'HEADROOM_SECRET_KEY must have at least 24 characters.' },
    { source: { NEXTAUTH_SECRET: 'x'.repeat(31) }, mistake: 'NEXTAUTH_SECRET must have at least 32 characters.' },
    {
      source: { HEADROOM_ENCRYPTION_KEYS: `a:${Buffer.alloc(31).toString('base64')}` },
      mistake: 'HEADROOM_ENCRYPTION_KEYS must be name:key pairs separated by commas, each key 32 bytes in base64.',
    },
    { source: { HEADROOM_SELLER_NAME: 'x'.repeat(201) }, mistake: 'HEADROOM_SELLER_NAME must have at most 200 characters.' },
    { source: { HEADROOM_SELLER_TAX_ID: 'DE\n123' }, mistake: 'HEADROOM_SELLER_TAX_ID must be one line.' },
    { source: { HEADROOM_SELLER_ADDRESS: 'a\n'.repeat(9) }, mistake: 'HEADROOM_SELLER_ADDRESS must have at most 8 lines.' },
    { source: { HEADROOM_SELLER_BANK_DETAILS: 'IBAN\u0007' }, mistake: 'HEADROOM_SELLER_BANK_DETAILS must not hold control characters.' },
    { source: { HEADROOM_DEMO: 'yes' }, mistake: 'HEADROOM_DEMO must be 0 or 1.' },
    {
      source: { HEADROOM_GOOGLE_CLIENT_ID: 'one' },
      mistake:
        'HEADROOM_GOOGLE_CLIENT_SECRET is not set but HEADROOM_GOOGLE_CLIENT_ID is; signing in with a provider needs all of HEADROOM_GOOGLE_CLIENT_ID, HEADROOM_GOOGLE_CLIENT_SECRET.',
    },
    {
      source: { HEADROOM_OIDC_ISSUER: 'http://id.example.com', HEADROOM_OIDC_CLIENT_ID: 'one', HEADROOM_OIDC_CLIENT_SECRET: 'two' },
      mistake: 'HEADROOM_OIDC_ISSUER must be an address that begins with https://, without query or fragment.',
    },
    {
      source: { HEADROOM_ENTRA_CLIENT_ID: 'one' },
      mistake: 'HEADROOM_ENTRA_CLIENT_ID must be the id of an Entra application, such as 00000000-0000-0000-0000-000000000000.',
    },
    {
      source: { HEADROOM_DEMO: '1', ...stripe },
      mistake: 'HEADROOM_DEMO is 1 but STRIPE_SECRET_KEY is set; invented customers cannot be charged through Stripe, so remove one of the two.',
    },
    { source: { HEADROOM_URL: 'http://example.com', ...live }, mistake: 'HEADROOM_URL must begin with https:// where STRIPE_SECRET_KEY is a live key.' },
    { source: live, mistake: 'HEADROOM_URL is not set but STRIPE_SECRET_KEY is a live key; Stripe sends customers back to it.' },
  ])('$mistake', ({ source, mistake }) => {
    expect(mistakesOf(source as Record<string, string>)).toEqual([mistake])
    expect(mistake).toMatch(/^[^\n]+\.$/)
  })

  // What cannot be wrong: a path that is made, and words that are printed as they are.
  const ANYTHING = [
    'HEADROOM_DATA_DIRECTORY',
    'HEADROOM_SELLER_NAME',
    'HEADROOM_SELLER_ADDRESS',
    'HEADROOM_SELLER_TAX_ID',
    'HEADROOM_SELLER_BANK_DETAILS',
    'HEADROOM_OIDC_NAME',
    'HEADROOM_BRAND_NAME',
  ]
  it.each(SETTINGS.map(({ name }) => name).filter((name) => !ANYTHING.includes(name)))('refuses nonsense for %s, and says so first', (name) => {
    expect(mistakesOf({ [name]: '?? nonsense ??' })[0]).toMatch(new RegExp(`^${name} `))
  })

  it.each(['sk_live_abc', 'rk_live_abc'])('never lets the demo start beside a live key of Stripe: %s', (key) => {
    const source = { STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: 'whsec_abc', HEADROOM_URL: 'https://example.com' }
    expect(mistakesOf({ ...source, HEADROOM_DEMO: '1' })).toHaveLength(1)
    expect(read(source).demo).toBe(false)
  })

  it('names every variable that is wrong, once, in the order of the list', () => {
    expect(mistakesOf({ NEXTAUTH_SECRET: 'short', PORT: '99999999', SMTP_URL: '::' }).map((sentence) => sentence.split(' ')[0])).toEqual([
      'PORT',
      'SMTP_URL',
      'NEXTAUTH_SECRET',
    ])
  })

  it.each(SETTINGS.filter(({ secret }) => secret).map(({ name }) => name))('never shows the value of %s', (name) => {
    const sentences = mistakesOf({ [name]: 'hunter2' })
    expect(sentences.join(' ')).toContain(name)
    expect(sentences.join(' ')).not.toContain('hunter2')
  })

  it.each([
    { source: {}, mode: 'sandbox', demo: true, why: 'nothing is set' },
    { source: { HEADROOM_DEMO: '0' }, mode: 'sandbox', demo: false, why: 'the demo is switched off' },
    { source: { DATABASE_URL: 'postgres://localhost/x' }, mode: 'sandbox', demo: false, why: 'the database is somebody’s own' },
    { source: { DATABASE_URL: 'postgres://localhost/x', HEADROOM_DEMO: '1' }, mode: 'sandbox', demo: true, why: 'the demo is asked for' },
    { source: stripe, mode: 'test', demo: false, why: 'Stripe is in test mode' },
    { source: { ...live, HEADROOM_URL: 'https://example.com' }, mode: 'live', demo: false, why: 'Stripe is live' },
  ])('where $why: payments are $mode and the demo is $demo', ({ source, mode, demo }) => {
    expect(read(source as Record<string, string>)).toMatchObject({ paymentsMode: mode, demo })
  })

  it('counts a variable that is set to nothing as not set', () => {
    expect(read({ PORT: '', DATABASE_URL: ' ', STRIPE_SECRET_KEY: '' })).toEqual(read({}))
  })

  it('takes good values as they are, and the address without its last slash', () => {
    const source = {
      PORT: '8080',
      HEADROOM_URL: 'https://billing.example.com/',
      MAIL_FROM: 'Billing <a@example.com>',
      HEADROOM_ENCRYPTION_KEYS: `${KEY},${KEY}`,
    }
    expect(read(source)).toMatchObject({
      port: 8080,
      publicUrl: 'https://billing.example.com',
      mailFrom: 'Billing <a@example.com>',
      encryptionKeys: `${KEY},${KEY}`,
    })
  })
})

describe('.env.example', () => {
  it('is what the list of settings says; after a change run: npm run write:example', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(writeExample(SETTINGS))
  })

  it('knows every variable that the product reads', () => {
    const sources = globSync(['app/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}', 'lib/**/*.{ts,tsx}', 'db/*.ts', '*.ts']).filter(
      (file) => !/^lib.platform.|\.test\.tsx?$|\/testing/.test(file),
    )
    const read = sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name ?? ''))
    const known = new Set([...SETTINGS.map(({ name }) => name), ...INTERNAL_VARIABLES])
    expect(read.length).toBeGreaterThan(10)
    expect([...new Set(read)].filter((name) => !known.has(name))).toEqual([])
  })

  it('changes nothing when it is copied as it is', () => {
    expect(
      writeExample(SETTINGS)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#')),
    ).toEqual([])
  })
})
