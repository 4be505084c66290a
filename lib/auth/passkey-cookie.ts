import { cookies } from 'next/headers'
import { type AskedChallenge, type Ceremony, CHALLENGE_SECONDS, openChallenge, sealChallenge } from './passkey-challenge'
import { isHttps } from './public-url'

export function challengeCookieName(): string {
  return isHttps() ? '__Host-headroom-passkey' : 'headroom-passkey'
}

const options = () => ({ httpOnly: true, sameSite: 'strict', path: '/', secure: isHttps() }) as const

/** Only in a server action. A browser has one at a time: asking again closes the one before. */
export async function handOutChallenge(ceremony: Ceremony, challenge: string, recoveryHash: string | null = null): Promise<void> {
  const jar = await cookies()
  jar.set(challengeCookieName(), await sealChallenge(ceremony, { challenge, recoveryHash }), { ...options(), maxAge: CHALLENGE_SECONDS })
}

/** Likewise, and gone from the browser, whatever comes of it. Null where this browser was asked nothing of the kind, or too long ago. */
export async function takeChallenge(ceremony: Ceremony): Promise<string | null> {
  return (await takeAsked(ceremony))?.challenge ?? null
}

/** The same, with what its answer uses up. */
export async function takeAsked(ceremony: Ceremony): Promise<AskedChallenge | null> {
  const jar = await cookies()
  const cookie = jar.get(challengeCookieName())
  if (!cookie) return null
  jar.set(challengeCookieName(), '', { ...options(), maxAge: 0 })
  return openChallenge(ceremony, cookie.value)
}
