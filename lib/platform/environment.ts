import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { isReturnUrl } from '@/lib/auth/return-urls'
import type { Result } from '@/lib/result'
import type { BrandVariable } from './brand-files'

export type PaymentsMode = 'sandbox' | 'test' | 'live'

export type Environment = {
  /** Undefined: 3000, or the next free one. */
  port: number | undefined
  host: string | undefined
  /** Where people reach it, without a slash at the end; undefined: http://localhost and the port. */
  publicUrl: string | undefined
  dataDirectory: string
  databaseUrl: string | undefined
  webUrl: string | undefined
  engineUrl: string | undefined
  /** Of a replica that history is read from, without user and password. */
  replicaUrl: string | undefined
  /** Where `pg_dump` is; undefined: it is looked for in PATH. */
  postgresTools: string | undefined
  paymentsMode: PaymentsMode
  smtpUrl: string | undefined
  mailFrom: string | undefined
  apiKey: string | undefined
  sessionSecret: string | undefined
  encryptionKeys: string | undefined
  demo: boolean
  accent: string | undefined
  /** Where the operator's pictures are. */
  pictures: Partial<Record<BrandVariable, string>>
}

const SECRET_KEY_LENGTH = 24
const SESSION_SECRET_LENGTH = 32
const ENCRYPTION_KEY_BYTES = 32
const LARGEST_PORT = 65_535
const SELLER_LINE_LENGTH = 200
const SELLER_TEXT_LENGTH = 500
const SELLER_LINES = 8

const isUrl = (value: string, schemes: string[]) => URL.canParse(value) && schemes.includes(new URL(value).protocol)
const url = (schemes: string[], needs: string) => z.string().refine((value) => isUrl(value, schemes), needs)
const postgres = url(['postgres:', 'postgresql:'], 'must be a Postgres address, such as postgres://user:password@host:5432/database')
/** Text that stands on documents, where a control character would be a hole and a very long one would push the rest away. */
const printed = (length: number, lines = 1) =>
  z
    .string()
    .max(length, `must have at most ${length} characters`)
    .refine((value) => value.split('\n').length <= lines, lines === 1 ? 'must be one line' : `must have at most ${lines} lines`)
    .refine((value) => !/[^\P{Control}\n]/u.test(value), 'must not hold control characters')
    .optional()

const picture = z
  .string()
  .refine((value) => isUrl(value, ['https:']) || /^[^:?*]+$/.test(value.replace(/^[a-z]:/i, '')), 'must be a file, or an address that begins with https://')
const credential = z.string().regex(/^\S+$/, 'must be one word without spaces')

const chatUrl = url(['http:', 'https:'], 'must be an address that begins with http:// or https://').optional()

const variables = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number from 1 to 65535')
    .transform(Number)
    .refine((port) => port >= 1 && port <= LARGEST_PORT, 'must be a number from 1 to 65535')
    .optional(),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'must be an address or a name of this machine, such as 0.0.0.0')
    .optional(),
  HEADROOM_USAGE_EVENT_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'must be a whole number from 1 to 99999')
    .optional(),
  HEADROOM_ERASE_AFTER_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a whole number from 1 to 9999')
    .optional(),
  TRUSTED_PROXIES: z.string().regex(/^\d$/, 'must be a whole number from 0 to 9').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine((value) => isUrl(value, ['http:', 'https:']), 'must be an address that begins with http:// or https://')
    .optional(),
  OTEL_SERVICE_NAME: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be a name of letters, digits, dots and dashes, such as billing')
    .optional(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug'], 'must be error, warn, info or debug').optional(),
  HEADROOM_BRAND_NAME: z.string().trim().max(60, 'must have at most 60 characters').optional(),
  HEADROOM_BRAND_LOGO: picture.optional(),
  HEADROOM_BRAND_LOGO_DARK: picture.optional(),
  HEADROOM_BRAND_ICON: picture.optional(),
  HEADROOM_SUPPORT: z
    .string()
    .refine((value) => z.email().safeParse(value).success || isUrl(value, ['https:']), 'must be a mail address, or a page that begins with https://')
    .optional(),
  HEADROOM_ACCENT_COLOR: z
    .string()
    .regex(/^#[\da-f]{6}$/i, 'must be a color such as #3b5bdb')
    .optional(),
  HEADROOM_URL: url(['http:', 'https:'], 'must be an address that begins with http:// or https://')
    .refine((value) => !URL.canParse(value) || new URL(value).pathname === '/', 'must be an address without a path')
    .transform((value) => value.replace(/\/$/, ''))
    .optional(),
  HEADROOM_RETURN_URLS: z
    .string()
    .refine(
      (value) => value.split(',').every((entry) => isReturnUrl(entry.trim())),
      'must be addresses that begin with https://, without query or fragment, separated by commas',
    )
    .optional(),
  HEADROOM_DATA_DIRECTORY: z.string().default('.headroom'),
  DATABASE_URL: postgres.optional(),
  DATABASE_WEB_URL: postgres.optional(),
  DATABASE_ENGINE_URL: postgres.optional(),
  DATABASE_REPLICA_URL: url(['postgres:', 'postgresql:'], 'must be a Postgres address, such as postgres://replica:5432/database')
    .refine(
      (value) => !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === ''),
      'must have no user and password: a replica has the roles of its primary',
    )
    .optional(),
  PG_BIN: z.string().refine(isAbsolute, 'must be a directory from the root on, such as /usr/lib/postgresql/18/bin').optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[sr]k_(test|live)_\w+$/, 'must be a secret or restricted key of Stripe, which begins with sk_test_, sk_live_, rk_test_ or rk_live_')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_.+$/, 'must be the signing secret of a Stripe webhook endpoint, which begins with whsec_')
    .optional(),
  SMTP_URL: url(['smtp:', 'smtps:'], 'must be an address that begins with smtp:// or smtps://').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^<>]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, 'must be a mail address, such as Billing <billing@example.com>')
    .optional(),
  HEADROOM_SECRET_KEY: z.string().min(SECRET_KEY_LENGTH, `must have at least ${SECRET_KEY_LENGTH} characters`).optional(),
  NEXTAUTH_SECRET: z.string().min(SESSION_SECRET_LENGTH, `must have at least ${SESSION_SECRET_LENGTH} characters`).optional(),
  HEADROOM_ENCRYPTION_KEYS: z.string().refine(areEncryptionKeys, 'must be name:key pairs separated by commas, each key 32 bytes in base64').optional(),
  HEADROOM_SELLER_NAME: printed(SELLER_LINE_LENGTH),
  HEADROOM_SELLER_ADDRESS: printed(SELLER_TEXT_LENGTH, SELLER_LINES),
  HEADROOM_SELLER_TAX_ID: printed(SELLER_LINE_LENGTH),
  HEADROOM_SELLER_BANK_DETAILS: printed(SELLER_TEXT_LENGTH, SELLER_LINES),
  HEADROOM_GOOGLE_CLIENT_ID: credential.optional(),
  HEADROOM_GOOGLE_CLIENT_SECRET: credential.optional(),
  HEADROOM_GITHUB_CLIENT_ID: credential.optional(),
  HEADROOM_GITHUB_CLIENT_SECRET: credential.optional(),
  HEADROOM_ENTRA_CLIENT_ID: z.uuid('must be the id of an Entra application, such as 00000000-0000-0000-0000-000000000000').optional(),
  HEADROOM_ENTRA_CLIENT_SECRET: credential.optional(),
  HEADROOM_ENTRA_TENANT: z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)*$/, 'must be organizations, common, or the id or domain of a tenant')
    .optional(),
  HEADROOM_OIDC_ISSUER: z.string().refine(isReturnUrl, 'must be an address that begins with https://, without query or fragment').optional(),
  HEADROOM_OIDC_CLIENT_ID: credential.optional(),
  HEADROOM_OIDC_CLIENT_SECRET: credential.optional(),
  HEADROOM_OIDC_NAME: z.string().max(40, 'must have at most 40 characters').optional(),
  HEADROOM_WEBHOOKS_ALLOW_PRIVATE: z.enum(['0', '1'], 'must be 0 or 1').optional(),
  HEADROOM_SLACK_URL: chatUrl,
  HEADROOM_DISCORD_URL: chatUrl,
  HEADROOM_TELEGRAM_URL: chatUrl,
  HEADROOM_PRIVATE_CHATS: z.enum(['0', '1'], 'must be 0 or 1').optional(),
  HEADROOM_OPERATORS_NEED_SECOND_STEP: z.enum(['0', '1'], 'must be 0 or 1').optional(),
  HEADROOM_DEMO: z.enum(['0', '1'], 'must be 0 or 1').optional(),
})

type Variables = z.infer<typeof variables>

/**
 * Reads the settings. Every mistake is one sentence that names its variable and never shows a value, which may be a secret.
 * A variable set to nothing counts as not set.
 */
export function readEnvironment(source: Record<string, string | undefined>): Result<Environment, string[]> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const read = variables.safeParse(given)
  if (!read.success) {
    // One sentence per variable: the first thing that is wrong with it.
    const first = new Map(read.error.issues.toReversed().map(({ path, message }) => [String(path[0]), message]))
    return { ok: false, error: [...first].toReversed().map(([name, message]) => `${name} ${message}.`) }
  }
  const mistakes = findContradictions(read.data)
  return mistakes.length > 0 ? { ok: false, error: mistakes } : { ok: true, value: toEnvironment(read.data) }
}

const IDENTITY_PROVIDERS = [
  ['HEADROOM_GOOGLE_CLIENT_ID', 'HEADROOM_GOOGLE_CLIENT_SECRET'],
  ['HEADROOM_GITHUB_CLIENT_ID', 'HEADROOM_GITHUB_CLIENT_SECRET'],
  ['HEADROOM_ENTRA_CLIENT_ID', 'HEADROOM_ENTRA_CLIENT_SECRET'],
  ['HEADROOM_OIDC_ISSUER', 'HEADROOM_OIDC_CLIENT_ID', 'HEADROOM_OIDC_CLIENT_SECRET'],
] as const

function findContradictions(given: Variables): string[] {
  const mistakes: string[] = []
  for (const name of ['DATABASE_WEB_URL', 'DATABASE_ENGINE_URL'] as const) {
    if (given[name] && !given.DATABASE_URL) mistakes.push(`${name} is set but DATABASE_URL is not; Headroom needs the owner's address for its migrations.`)
  }
  if (given.DATABASE_REPLICA_URL && !given.DATABASE_URL)
    mistakes.push('DATABASE_REPLICA_URL is set but DATABASE_URL is not; the built-in database has no replica.')
  if (given.STRIPE_SECRET_KEY && !given.STRIPE_WEBHOOK_SECRET) {
    mistakes.push('STRIPE_WEBHOOK_SECRET is not set but STRIPE_SECRET_KEY is; Stripe shows it beside the webhook endpoint.')
  }
  if (given.STRIPE_WEBHOOK_SECRET && !given.STRIPE_SECRET_KEY) mistakes.push('STRIPE_SECRET_KEY is not set but STRIPE_WEBHOOK_SECRET is.')
  if (given.SMTP_URL && !given.MAIL_FROM) mistakes.push('MAIL_FROM is not set but SMTP_URL is; mail needs a sender.')
  for (const together of IDENTITY_PROVIDERS) {
    const [first] = together.filter((name) => given[name])
    for (const name of together)
      if (first && !given[name]) mistakes.push(`${name} is not set but ${first} is; signing in with a provider needs all of ${together.join(', ')}.`)
  }
  if (given.HEADROOM_BRAND_LOGO_DARK && !given.HEADROOM_BRAND_LOGO) {
    mistakes.push('HEADROOM_BRAND_LOGO is not set but HEADROOM_BRAND_LOGO_DARK is; the light theme needs one too.')
  }
  if (given.HEADROOM_DEMO === '1' && given.STRIPE_SECRET_KEY) {
    mistakes.push('HEADROOM_DEMO is 1 but STRIPE_SECRET_KEY is set; invented customers cannot be charged through Stripe, so remove one of the two.')
  }
  if (modeOf(given) === 'live' && given.HEADROOM_URL?.startsWith('http:')) {
    mistakes.push('HEADROOM_URL must begin with https:// where STRIPE_SECRET_KEY is a live key.')
  }
  if (modeOf(given) === 'live' && !given.HEADROOM_URL)
    mistakes.push('HEADROOM_URL is not set but STRIPE_SECRET_KEY is a live key; Stripe sends customers back to it.')
  return mistakes
}

function toEnvironment(given: Variables): Environment {
  const paymentsMode = modeOf(given)
  const mayInvent = paymentsMode === 'sandbox' && given.DATABASE_URL === undefined
  return {
    port: given.PORT,
    host: given.HOST,
    publicUrl: given.HEADROOM_URL,
    dataDirectory: resolve(given.HEADROOM_DATA_DIRECTORY),
    databaseUrl: given.DATABASE_URL,
    webUrl: given.DATABASE_WEB_URL,
    engineUrl: given.DATABASE_ENGINE_URL,
    replicaUrl: given.DATABASE_REPLICA_URL,
    postgresTools: given.PG_BIN,
    paymentsMode,
    smtpUrl: given.SMTP_URL,
    mailFrom: given.MAIL_FROM,
    apiKey: given.HEADROOM_SECRET_KEY,
    sessionSecret: given.NEXTAUTH_SECRET,
    encryptionKeys: given.HEADROOM_ENCRYPTION_KEYS,
    accent: given.HEADROOM_ACCENT_COLOR,
    pictures: {
      ...(given.HEADROOM_BRAND_LOGO && { HEADROOM_BRAND_LOGO: given.HEADROOM_BRAND_LOGO }),
      ...(given.HEADROOM_BRAND_LOGO_DARK && { HEADROOM_BRAND_LOGO_DARK: given.HEADROOM_BRAND_LOGO_DARK }),
      ...(given.HEADROOM_BRAND_ICON && { HEADROOM_BRAND_ICON: given.HEADROOM_BRAND_ICON }),
    },
    demo: given.HEADROOM_DEMO === undefined ? mayInvent : given.HEADROOM_DEMO === '1',
  }
}

function modeOf({ STRIPE_SECRET_KEY: key }: Variables): PaymentsMode {
  if (key === undefined) return 'sandbox'
  return key.startsWith('sk_live_') || key.startsWith('rk_live_') ? 'live' : 'test'
}

function areEncryptionKeys(value: string): boolean {
  return value.split(',').every((pair) => {
    const match = /^([\w.-]+):([A-Za-z0-9+/_-]+={0,2})$/.exec(pair.trim())
    return match?.[2] !== undefined && Buffer.from(match[2], 'base64').length === ENCRYPTION_KEY_BYTES
  })
}
