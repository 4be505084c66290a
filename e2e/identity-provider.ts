import type { Server } from 'node:http'
import { Provider } from 'oidc-provider'

export type RunningIdentityProvider = { issuer: string; clientId: string; clientSecret: string; stop(): Promise<void> }

/**
 * A real OpenID Connect provider on this machine, with one client. Anybody may sign in by any name: `subject|email`, where an
 * address that begins with `unverified` is not verified.
 */
export async function startIdentityProvider(port: number, redirectUri: string): Promise<RunningIdentityProvider> {
  const issuer = `http://localhost:${port}`
  const client = { clientId: 'headroom', clientSecret: 'a-secret-that-is-only-for-tests' }
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['only for tests'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context, login) => ({
      accountId: login,
      claims: () => {
        const [sub = login, email = login] = login.split('|')
        return { sub, email, email_verified: !email.startsWith('unverified') }
      },
    }),
  })
  const server = await new Promise<Server>((resolve) => {
    const listening = provider.listen(port, 'localhost', () => resolve(listening))
  })
  return { issuer, ...client, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}
