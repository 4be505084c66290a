import { randomUUID } from 'node:crypto'
import type { NextAuthOptions } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import Credentials from 'next-auth/providers/credentials'
import { isId } from '../ids'
import { Temporal } from '../time'
import { endOneSession, findSessionAccount } from './account'
import type { Browser } from './browser-name'
import { clientAddressOf } from './client-address'
import { identityProviders } from './identity-providers'
import { noteNextAuthFault, SessionEnded } from './next-auth-faults'
import { isHttps, publicUrl } from './public-url'
import { findSecondFactor, passSecondStep } from './second-factor'
import { installationSecret } from './secret'
import { openPortal, SESSION_SECONDS, type SealedPortal, sessionCookieName, sessionCookieOptions } from './session-cookie'
import { noteSession } from './sessions'
import { type Account, checkSignIn } from './sign-in'
import { signInWithIdentity } from './sign-in-with-identity'
import { noteSignIn } from './sign-ins'

declare module 'next-auth' {
  interface Session {
    user: { id: string; name?: null; email?: null; image?: null }
  }
  interface User {
    /** Of whom our own door has let in; identity providers know nothing of it. */
    sessionVersion?: number
  }
}

declare module 'next-auth/jwt' {
  interface JWT {
    sessionVersion: number
    /** Which of their sessions it is; none in what is no session yet. */
    session?: string
    /** Only in a session that the operator's product has opened. */
    portal?: SealedPortal
  }
}

const MILLISECONDS = 1_000

async function hasSecondStep({ id }: Pick<Account, 'id'>): Promise<boolean> {
  return (await findSecondFactor({ kind: 'person', id })) !== null
}

/** Whoever signs in without our pages sends the code along. */
async function takesCode({ id, email }: Account, code: string, browser: Browser): Promise<boolean> {
  return (await passSecondStep({ kind: 'person', id, email }, { code, ...browser })).ok
}

/** What the options have to know of the request that is answered. */
export type PresentRequest = {
  /** Keeps whose code is waited for, and tells where it is asked for. */
  beginSecondStep(account: Pick<Account, 'id' | 'sessionVersion'>): Promise<string>
  /** Where it comes from. */
  presentBrowser(): Promise<Browser>
  /** Ends the session that its browser has, if it has one. */
  endPresentSession(): Promise<void>
}

/**
 * next-auth's own routes: signing in and out without our pages, and who is signed in.
 *
 * Read at each call, because the address and the secret are the environment's, which a build must not freeze.
 */
export function nextAuthOptions({ beginSecondStep, presentBrowser, endPresentSession }: PresentRequest): NextAuthOptions {
  const known = identityProviders()

  /** Read from what the provider told, never from what next-auth made of it. */
  async function identify(id: string, profile: unknown) {
    const provider = known.find((one) => one.id === id)
    if (!provider) throw new Error(`there is no identity provider ${id}`)
    return signInWithIdentity(provider.read(profile))
  }

  async function anotherSession(id: string, sessionVersion: number): Promise<JWT> {
    await endPresentSession()
    return { sub: id, session: randomUUID(), sessionVersion }
  }

  return {
    secret: installationSecret(),
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    useSecureCookies: isHttps(),
    cookies: { sessionToken: { name: sessionCookieName(), options: sessionCookieOptions() } },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        credentials: { email: { type: 'email' }, password: { type: 'password' }, code: { type: 'text' } },
        async authorize(credentials, request) {
          const browser = { address: clientAddressOf(request.headers?.['x-forwarded-for']), agent: request.headers?.['user-agent'] ?? '' }
          const checked = await checkSignIn({ email: credentials?.email ?? '', password: credentials?.password ?? '', ...browser })
          if (checked.ok) {
            const needsCode = await hasSecondStep(checked.value)
            if (needsCode && !(await takesCode(checked.value, credentials?.code ?? '', browser))) return null
            await noteSignIn({ kind: 'person', id: checked.value.id }, { way: needsCode ? 'code' : 'password', outcome: 'signed_in', ...browser })
            return checked.value
          }
          if (checked.error.code === 'invalid_credentials') return null
          throw new Error(`Too many attempts; try again at ${checked.error.retryAt}`)
        },
      }),
      ...known.map(({ config }) => config),
    ],
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.type !== 'oauth') return true
        const identified = await identify(account.provider, profile)
        if (identified.ok) return (await hasSecondStep(identified.value)) ? beginSecondStep(identified.value) : true
        return `${publicUrl()}/sign-in/refused?${new URLSearchParams({ why: identified.error.code, by: account.provider })}`
      },
      async jwt({ token, user, account, profile }) {
        if (account?.type === 'oauth') {
          const identified = await identify(account.provider, profile)
          // Taken off the team, or asked for a code, since the line above.
          if (!identified.ok || (await hasSecondStep(identified.value))) throw new SessionEnded()
          await noteSignIn({ kind: 'person', id: identified.value.id }, { way: 'identity', outcome: 'signed_in', ...(await presentBrowser()) })
          return anotherSession(identified.value.id, identified.value.sessionVersion)
        }
        if (user?.sessionVersion !== undefined) return anotherSession(user.id, user.sessionVersion)
        const { sub, session, sessionVersion, portal, iat } = token
        if (!sub || !isId('user', sub) || !session || typeof iat !== 'number' || openPortal(portal) === null) throw new SessionEnded()
        const sealedAt = Temporal.Instant.fromEpochMilliseconds(iat * MILLISECONDS)
        if (!(await findSessionAccount(sub, sessionVersion, session, sealedAt))) throw new SessionEnded()
        // The cookie is sealed anew, and the session is as old as before.
        await noteSession({ userId: sub, session, sessionVersion, sealedAt, portal: null }, { address: '', agent: '' })
        return { sub, session, sessionVersion, ...(portal && { portal }) } // What limits a session stays in it.
      },
      session: ({ token, session }) => ({ expires: session.expires, user: { id: token.sub ?? '' } }),
    },
    events: {
      async signOut({ token: { sub, session } }) {
        if (sub && isId('user', sub) && session) await endOneSession({ userId: sub, session })
      },
    },
    logger: {
      error: noteNextAuthFault,
      warn() {},
      debug() {},
    },
  }
}
