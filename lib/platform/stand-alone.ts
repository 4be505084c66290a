import type { Environment } from './environment'

const KINDS = ['web', 'worker'] as const
/** One process of several on one database: what serves requests, or what works in the background. */
export type StandAlone = (typeof KINDS)[number]

/** Made up and kept in one place where nobody sets them, and then each process would have its own. */
const SHARED = [
  ['databaseUrl', 'DATABASE_URL'],
  ['sessionSecret', 'NEXTAUTH_SECRET'],
  ['encryptionKeys', 'HEADROOM_ENCRYPTION_KEYS'],
  ['publicUrl', 'HEADROOM_URL'],
] as const

type Settings = Pick<Environment, (typeof SHARED)[number][0] | 'paymentsMode'>

/**
 * Which one `--only` asks for; null: everything runs here.
 *
 * @throws Error in one sentence where it cannot stand alone, because what all must share is not set.
 */
export function findStandAlone(parameters: readonly string[], settings: Settings): StandAlone | null {
  const asked = parameters.indexOf('--only')
  if (asked < 0) return null
  const only = KINDS.find((kind) => kind === parameters[asked + 1])
  if (!only) throw new Error(`--only is followed by ${KINDS.join(' or ')}.`)
  for (const [setting, name] of SHARED) {
    if (settings[setting] === undefined) throw new Error(`${name} is not set; with --only ${only} every process needs the same one.`)
  }
  if (settings.paymentsMode === 'sandbox')
    throw new Error(`STRIPE_SECRET_KEY is not set; payments are simulated within one npm start, so --only ${only} needs it.`)
  return only
}
