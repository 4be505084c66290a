import { lineAMinute } from '../observe/line-a-minute'
import { messageWithoutValues, theLog } from '../observe/log'

/** What a provider says of a fault is as long as it likes, and may be a caller's. */
const REASON_LENGTH = 200

export class SessionEnded extends Error {
  override name = 'SessionEnded'
}

/** Somebody was signed out everywhere, or a cookie was tampered with: their sign-in ends, and there is nothing to look into. */
function isExpected(code: string, fault: unknown): boolean {
  return (
    code === 'JWT_SESSION_ERROR' && fault instanceof Error && (fault.name === 'SessionEnded' || fault.name.startsWith('JW') || fault.message === 'JWT invalid')
  )
}

type Told = { error: unknown; provider?: string }

/** Some faults come with the identity provider that they are of. */
function readFault(fault: unknown): Told {
  if (fault instanceof Error || typeof fault !== 'object' || fault === null) return { error: fault }
  const { error, providerId } = fault as { error?: unknown; providerId?: unknown }
  return { error, ...(typeof providerId === 'string' && { provider: providerId }) }
}

/** By code and provider, which are next-auth's and ours: few. */
const lines = new Map<string, ReturnType<typeof lineAMinute>>()

/**
 * A line of the log, so that whoever has configured an identity provider can tell why it does not work: its own words, never a token. Strangers can bring
 * each about, so there is one a minute of each kind.
 *
 * @param code Of next-auth's own, never a caller's.
 */
export function noteNextAuthFault(code: string, fault: unknown): void {
  if (isExpected(code, fault)) return
  const { error, provider } = readFault(fault)
  const kind = `${code} ${provider}`
  const write = lines.get(kind) ?? lineAMinute()
  lines.set(kind, write)
  const reason = error instanceof Error ? messageWithoutValues(error).slice(0, REASON_LENGTH) : undefined
  write((times) => theLog().error({ code, times, provider, reason }, 'next-auth'))
}
