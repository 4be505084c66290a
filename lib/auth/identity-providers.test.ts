import { describe, expect, it } from 'vitest'
import { identityProviders } from './identity-providers'

const ALL = {
  HEADROOM_GOOGLE_CLIENT_ID: 'g',
  HEADROOM_GOOGLE_CLIENT_SECRET: 's',
  HEADROOM_GITHUB_CLIENT_ID: 'h',
  HEADROOM_GITHUB_CLIENT_SECRET: 's',
  HEADROOM_ENTRA_CLIENT_ID: 'e',
  HEADROOM_ENTRA_CLIENT_SECRET: 's',
  HEADROOM_OIDC_ISSUER: 'https://id.example.com',
  HEADROOM_OIDC_CLIENT_ID: 'o',
  HEADROOM_OIDC_CLIENT_SECRET: 's',
}
const read = (id: string, profile: unknown) => {
  const provider = identityProviders(ALL).find((one) => one.id === id)
  if (!provider) throw new Error(`no ${id}`)
  return provider.read(profile)
}

describe('identity providers', () => {
  it('are those that the environment configures whole', () => {
    expect(identityProviders({})).toEqual([])
    expect(identityProviders({ HEADROOM_GOOGLE_CLIENT_ID: 'g' })).toEqual([])
    expect(identityProviders(ALL).map(({ id, name }) => `${id}: ${name}`)).toEqual([
      'google: Google',
      'github: GitHub',
      'entra: Microsoft',
      'oidc: id.example.com',
    ])
    expect(identityProviders({ ...ALL, HEADROOM_OIDC_NAME: 'Example ID' }).at(-1)?.name).toBe('Example ID')
  })

  it.each([
    { id: 'google', profile: { sub: '1', email: 'a@example.com', email_verified: true }, email: 'a@example.com', why: 'verified' },
    { id: 'google', profile: { sub: '1', email: 'a@example.com', email_verified: false }, email: null, why: 'not verified' },
    { id: 'google', profile: { sub: '1', email: 'a@example.com' }, email: null, why: 'no word about it' },
    { id: 'google', profile: { sub: '1', email_verified: true }, email: null, why: 'no address' },
    { id: 'oidc', profile: { sub: '1', email: 'a@example.com', email_verified: 'true' }, email: 'a@example.com', why: 'the word true' },
    { id: 'oidc', profile: { sub: '1', email: 'a@example.com', email_verified: 'no' }, email: null, why: 'another word' },
    { id: 'entra', profile: { sub: '1', email: 'a@example.com', email_verified: true }, email: null, why: 'Entra verifies no address so' },
    { id: 'entra', profile: { sub: '1', email: 'a@example.com', xms_edov: true }, email: 'a@example.com', why: 'the domain is the tenant’s own' },
    { id: 'entra', profile: { sub: '1', email: 'a@example.com', xms_edov: '1' }, email: 'a@example.com', why: 'the same, as text' },
    { id: 'entra', profile: { sub: '1', email: 'a@example.com', xms_edov: false }, email: null, why: 'any tenant may have written it' },
  ])('$id, $why: $email', ({ id, profile, email }) => {
    expect(read(id, profile)).toMatchObject({ subject: '1', verifiedEmail: email })
  })

  it('GitHub: the primary address, if it is verified, and never the one of the public profile', () => {
    const addresses = [
      { email: 'old@example.com', primary: false, verified: true },
      { email: 'now@example.com', primary: true, verified: true },
    ]
    expect(read('github', { id: 7, email: 'public@example.com', addresses })).toEqual({ provider: 'github', subject: '7', verifiedEmail: 'now@example.com' })
    expect(
      read('github', { id: 7, email: 'public@example.com', addresses: [{ email: 'now@example.com', primary: true, verified: false }] }).verifiedEmail,
    ).toBeNull()
    expect(read('github', { id: 7, email: 'public@example.com', addresses: [] }).verifiedEmail).toBeNull()
  })

  it('are asked with a state and PKCE, and with a nonce where they give an ID token', () => {
    const checks = Object.fromEntries(identityProviders(ALL).map(({ id, config }) => [id, config.checks]))
    const whole = ['pkce', 'state', 'nonce']
    expect(checks).toEqual({ google: whole, github: ['pkce', 'state'], entra: whole, oidc: whole })
  })

  it('tells subjects of two issuers apart', () => {
    const other = identityProviders({ ...ALL, HEADROOM_OIDC_ISSUER: 'https://other.example.com' }).at(-1)
    expect(other?.read({ sub: '1' }).provider).not.toBe(read('oidc', { sub: '1' }).provider)
  })

  it.each([null, {}, { sub: '' }, { sub: 7 }, { id: 'text' }])('take no profile without a subject: %j', (profile) => {
    for (const { read: readProfile } of identityProviders(ALL)) expect(() => readProfile(profile)).toThrow()
  })
})
