import { z } from 'zod'

export type Advisory = { name: string; severity: string; title: string; url: string }
export type AuditOutcome =
  | { type: 'clean'; packages: number }
  | { type: 'found'; advisories: Advisory[] }
  /** Nobody has said anything, good or bad. */
  | { type: 'unanswered'; reason: string }

const SERIOUS: ReadonlySet<string> = new Set(['high', 'critical'])

const advisory = z.object({ name: z.string(), severity: z.string(), title: z.string(), url: z.string() })
const report = z.object({
  /** `via` names another package where it is that one's fault. */
  vulnerabilities: z.record(z.string(), z.object({ via: z.array(z.union([z.string(), advisory])) })),
  metadata: z.object({ dependencies: z.object({ total: z.number() }) }),
})
const refusal = z.object({ message: z.string() })

/** What `npm audit --json` has printed (its report version 2), or why it has none. */
export function readAudit(printed: string): AuditOutcome {
  const json = parse(printed)
  const answered = report.safeParse(json)
  if (!answered.success) {
    const refused = refusal.safeParse(json)
    return { type: 'unanswered', reason: refused.success ? refused.data.message : 'it printed no report' }
  }
  const { vulnerabilities, metadata } = answered.data
  const told = Object.values(vulnerabilities).flatMap(({ via }) => via.filter((one) => typeof one !== 'string'))
  const advisories = [...new Map(told.filter(({ severity }) => SERIOUS.has(severity)).map((one) => [`${one.name} ${one.url}`, one])).values()]
  return advisories.length > 0 ? { type: 'found', advisories } : { type: 'clean', packages: metadata.dependencies.total }
}

function parse(printed: string): unknown {
  try {
    return JSON.parse(printed)
  } catch {
    return null
  }
}
