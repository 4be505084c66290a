import type { Profile } from 'next-auth'
import GitHub from 'next-auth/providers/github'
import Google from 'next-auth/providers/google'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { z } from 'zod'

/** Somebody as an identity provider tells of them. */
export type Identity = {
  /** The provider, and where it may be anybody's also whose: subjects of two issuers have nothing to do with each other. */
  provider: string
  subject: string
  /** Null where the provider does not say that it has verified one. */
  verifiedEmail: string | null
}

export type IdentityProvider = {
  id: 'google' | 'github' | 'entra' | 'oidc'
  /** As its button says. */
  name: string
  config: OAuthConfig<Profile>
  /** From what it told of the person who came. */
  read(profile: unknown): Identity
}

type Variables = Record<string, string | undefined>

/** Those that the environment configures, in the order of their buttons. */
export function identityProviders(environment: Variables = process.env): IdentityProvider[] {
  return [google, github, entra, oidc].flatMap((make) => make(environment) ?? [])
}

const claims = z.looseObject({ sub: z.string().min(1), email: z.string().optional(), email_verified: z.unknown().optional() })

function identityOf(provider: string, profile: unknown, isVerified: (told: z.output<typeof claims>) => boolean): Identity {
  const told = claims.parse(profile)
  return { provider, subject: told.sub, verifiedEmail: told.email && isVerified(told) ? told.email : null }
}

/** Some providers write booleans as text. */
const isTrue = (claim: unknown) => claim === true || claim === 'true'

function google({ HEADROOM_GOOGLE_CLIENT_ID: clientId, HEADROOM_GOOGLE_CLIENT_SECRET: clientSecret }: Variables): IdentityProvider | null {
  if (!clientId || !clientSecret) return null
  return {
    id: 'google',
    name: 'Google',
    config: { ...Google({ clientId, clientSecret }), checks: ['pkce', 'state', 'nonce'] } as OAuthConfig<Profile>,
    read: (profile) => identityOf('google', profile, ({ email_verified }) => isTrue(email_verified)),
  }
}

const githubProfile = z.looseObject({
  id: z.number().int(),
  addresses: z.array(z.looseObject({ email: z.string(), primary: z.boolean(), verified: z.boolean() })),
})

/** What stands in a public profile may be any address; the list of the account's own addresses tells which was verified. */
function github({ HEADROOM_GITHUB_CLIENT_ID: clientId, HEADROOM_GITHUB_CLIENT_SECRET: clientSecret }: Variables): IdentityProvider | null {
  if (!clientId || !clientSecret) return null
  const userinfo: OAuthConfig<Profile>['userinfo'] = {
    url: 'https://api.github.com/user',
    async request({ client, tokens }) {
      const profile = await client.userinfo(tokens.access_token ?? '')
      const answer = await fetch('https://api.github.com/user/emails', { headers: { authorization: `Bearer ${tokens.access_token}` } })
      return { ...profile, addresses: answer.ok ? await answer.json() : [] }
    },
  }
  return {
    id: 'github',
    name: 'GitHub',
    config: { ...GitHub({ clientId, clientSecret }), userinfo, checks: ['pkce', 'state'] } as OAuthConfig<Profile>,
    read: (profile) => {
      const { id, addresses } = githubProfile.parse(profile)
      return { provider: 'github', subject: String(id), verifiedEmail: addresses.find(({ primary, verified }) => primary && verified)?.email ?? null }
    },
  }
}

/**
 * Any tenant may write any address into an account's `email`. Only `xms_edov` says that the domain is that tenant's own; it is an
 * optional claim, which the operator adds to the application.
 */
function entra(environment: Variables): IdentityProvider | null {
  const { HEADROOM_ENTRA_CLIENT_ID: clientId, HEADROOM_ENTRA_CLIENT_SECRET: clientSecret, HEADROOM_ENTRA_TENANT: tenant = 'organizations' } = environment
  if (!clientId || !clientSecret) return null
  const isOwned = (claim: unknown) => isTrue(claim) || claim === 1 || claim === '1'
  return {
    id: 'entra',
    name: 'Microsoft',
    config: openIdConnect({ id: 'entra', name: 'Microsoft', issuer: `https://login.microsoftonline.com/${tenant}/v2.0`, clientId, clientSecret }),
    read: (profile) => identityOf('entra', profile, ({ xms_edov }) => isOwned(xms_edov)),
  }
}

function oidc(environment: Variables): IdentityProvider | null {
  const { HEADROOM_OIDC_ISSUER: issuer, HEADROOM_OIDC_CLIENT_ID: clientId, HEADROOM_OIDC_CLIENT_SECRET: clientSecret, HEADROOM_OIDC_NAME: name } = environment
  if (!issuer || !clientId || !clientSecret) return null
  const shown = name ?? new URL(issuer).hostname
  return {
    id: 'oidc',
    name: shown,
    config: openIdConnect({ id: 'oidc', name: shown, issuer, clientId, clientSecret }),
    read: (profile) => identityOf(`oidc ${issuer}`, profile, ({ email_verified }) => isTrue(email_verified)),
  }
}

/** The code flow with PKCE, state and nonce; the id token is checked, and what it leaves out is asked of the provider. */
function openIdConnect(given: { id: string; name: string; issuer: string; clientId: string; clientSecret: string }): OAuthConfig<Profile> {
  const { issuer, ...known } = given
  return {
    ...known,
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    userinfo: {
      async request({ client, tokens }) {
        const told = (tokens as { claims?(): Profile }).claims?.() ?? {}
        if (told.email !== undefined || !client.issuer.metadata.userinfo_endpoint) return told
        return { ...(await client.userinfo(tokens.access_token ?? '')), ...told } // The id token's words win; it is signed.
      },
    },
    profile: ({ sub = '' }) => ({ id: sub }),
  }
}
