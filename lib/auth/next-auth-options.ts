import type { NextAuthOptions } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { isId } from '../ids'
import { findSessionAccount } from './account'
import { clientAddressOf } from './client-address'
import { isHttps } from './public-url'
import { installationSecret } from './secret'
import { openPortal, SESSION_SECONDS, type SealedPortal, sessionCookieName, sessionCookieOptions } from './session-cookie'
import { checkSignIn } from './sign-in'

declare module 'next-auth' {
  interface Session {
    user: { id: string; name?: null; email?: null; image?: null }
  }
  interface User {
    sessionVersion: number
  }
}

declare module 'next-auth/jwt' {
  interface JWT {
    sessionVersion: number
    /** Only in a session that the operator's product has opened. */
    portal?: SealedPortal
  }
}

class SessionEnded extends Error {
  override name = 'SessionEnded'
}

/** Somebody was signed out everywhere, or a cookie was tampered with: their sign-in ends, and there is nothing to look into. */
function isExpected(code: string, fault: unknown): boolean {
  return (
    code === 'JWT_SESSION_ERROR' && fault instanceof Error && (fault.name === 'SessionEnded' || fault.name.startsWith('JW') || fault.message === 'JWT invalid')
  )
}

/**
 * next-auth's own routes: signing in and out without our pages, and who is signed in.
 *
 * Read at each call, because the address and the secret are the environment's, which a build must not freeze.
 */
export function nextAuthOptions(): NextAuthOptions {
  return {
    secret: installationSecret(),
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    useSecureCookies: isHttps(),
    cookies: { sessionToken: { name: sessionCookieName(), options: sessionCookieOptions() } },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        async authorize(credentials, request) {
          const address = clientAddressOf(request.headers?.['x-forwarded-for'])
          const checked = await checkSignIn({ email: credentials?.email ?? '', password: credentials?.password ?? '', address })
          if (checked.ok) return checked.value
          if (checked.error.code === 'invalid_credentials') return null
          throw new Error(`Too many attempts; try again at ${checked.error.retryAt}`)
        },
      }),
    ],
    callbacks: {
      async jwt({ token, user }) {
        if (user) return { sub: user.id, sessionVersion: user.sessionVersion }
        const { sub, sessionVersion, portal } = token
        if (!sub || !isId('user', sub) || openPortal(portal) === null || !(await findSessionAccount(sub, sessionVersion))) throw new SessionEnded()
        return { sub, sessionVersion, ...(portal && { portal }) } // What limits a session stays in it.
      },
      session: ({ token, session }) => ({ expires: session.expires, user: { id: token.sub ?? '' } }),
    },
    logger: {
      error(code, fault) {
        if (!isExpected(code, fault)) console.error(`next-auth: ${code}`)
      },
      warn() {},
      debug() {},
    },
  }
}
