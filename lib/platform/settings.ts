export type Setting = {
  name: string
  /** Shown in `.env.example`, one line each. */
  purpose: string[]
  example: string
  secret?: true
}

/** Every variable that Headroom reads, in the order of `.env.example`, which a test holds to this list. */
export const SETTINGS: readonly Setting[] = [
  { name: 'PORT', purpose: ['The port of the dashboard and the machine interface.'], example: '3000' },
  {
    name: 'HOST',
    purpose: ['The address to listen on. Without it: this machine only, unless HEADROOM_URL says that others come.'],
    example: '0.0.0.0',
  },
  {
    name: 'TRUSTED_PROXIES',
    purpose: [
      'How many proxies stand in front of Headroom, each adding an entry to X-Forwarded-For; what stands before theirs anybody can write. Without it: 0.',
    ],
    example: '1',
  },
  { name: 'HEADROOM_URL', purpose: ['Where people reach it, as in their address bar; links in mails begin with it.'], example: 'https://billing.example.com' },
  {
    name: 'HEADROOM_RETURN_URLS',
    purpose: ['Addresses of your own product that a portal session may lead back to, with all below them; separated by commas.'],
    example: 'https://app.example.com',
  },
  {
    name: 'HEADROOM_DATA_DIRECTORY',
    purpose: ['Where generated secrets, logs and the built-in database are kept.'],
    example: '.headroom',
  },
  {
    name: 'DATABASE_URL',
    purpose: [
      'PostgreSQL 15 or later, as a user who owns the database and may create roles.',
      'Without it Headroom starts the Postgres that comes with its packages.',
    ],
    example: 'postgres://headroom:secret@localhost:5432/headroom',
    secret: true,
  },
  {
    name: 'DATABASE_WEB_URL',
    purpose: ['The same database as the role headroom_web. Without it Headroom creates the role.'],
    example: 'postgres://headroom_web:secret@localhost:5432/headroom',
    secret: true,
  },
  {
    name: 'DATABASE_ENGINE_URL',
    purpose: ['The same database as the role headroom_engine. Without it Headroom creates the role.'],
    example: 'postgres://headroom_engine:secret@localhost:5432/headroom',
    secret: true,
  },
  {
    name: 'DATABASE_REPLICA_URL',
    purpose: [
      'A streaming replica of the same database, without user and password: it has the roles of its primary.',
      'Pages of lists behind the first, periods that are over and files of everything are read from it while it keeps up.',
    ],
    example: 'postgres://replica.internal:5432/headroom',
  },
  {
    name: 'PG_BIN',
    purpose: ['Where pg_dump and pg_restore are, for npm run backup and npm run restore with DATABASE_URL. Without it: PATH.'],
    example: '/usr/lib/postgresql/18/bin',
  },
  {
    name: 'HEADROOM_USAGE_EVENT_DAYS',
    purpose: ['Days for which single usage events are kept, at least; those of a period that still takes usage stay. Sums are kept for ever. Without it: 400.'],
    example: '400',
  },
  {
    name: 'HEADROOM_ERASE_AFTER_DAYS',
    purpose: ['Days after which what is personal in a closed organization is erased. Invoices and the books stay. Without it: 30.'],
    example: '30',
  },
  {
    name: 'STRIPE_SECRET_KEY',
    purpose: ['Collects through Stripe. Without it payments are simulated.'],
    example: 'sk_test_…',
    secret: true,
  },
  {
    name: 'STRIPE_WEBHOOK_SECRET',
    purpose: ['Of the Stripe webhook endpoint that points to /api/webhooks/stripe; needed with STRIPE_SECRET_KEY.'],
    example: 'whsec_…',
    secret: true,
  },
  {
    name: 'SMTP_URL',
    purpose: ['Sends mail. Without it, in the demo, mail goes to the built-in mailbox at /sandbox/mail.'],
    example: 'smtps://user:secret@smtp.example.com:465',
    secret: true,
  },
  { name: 'MAIL_FROM', purpose: ['The sender of every mail; needed with SMTP_URL.'], example: 'Example Billing <billing@example.com>' },
  {
    name: 'HEADROOM_SECRET_KEY',
    purpose: ['An admin key of the machine interface, at least 24 characters. Without it the demo makes one and shows it.'],
    example: 'a long random string',
    secret: true,
  },
  {
    name: 'NEXTAUTH_SECRET',
    purpose: ['Signs sessions, at least 32 characters, the same on every machine. Without it one is made and kept.'],
    example: 'openssl rand -base64 32',
    secret: true,
  },
  {
    name: 'HEADROOM_GOOGLE_CLIENT_ID',
    purpose: ['Lets people sign in with Google; register <HEADROOM_URL>/api/auth/callback/google there. Needs the secret below.'],
    example: '1234.apps.googleusercontent.com',
  },
  { name: 'HEADROOM_GOOGLE_CLIENT_SECRET', purpose: ['Of the Google client above.'], example: 'GOCSPX-…', secret: true },
  {
    name: 'HEADROOM_GITHUB_CLIENT_ID',
    purpose: ['Lets people sign in with GitHub; register <HEADROOM_URL>/api/auth/callback/github there. Needs the secret below.'],
    example: 'Iv1.…',
  },
  { name: 'HEADROOM_GITHUB_CLIENT_SECRET', purpose: ['Of the GitHub application above.'], example: 'a secret of GitHub', secret: true },
  {
    name: 'HEADROOM_ENTRA_CLIENT_ID',
    purpose: [
      'Lets people sign in with Microsoft Entra ID; register <HEADROOM_URL>/api/auth/callback/entra there. Needs the secret below.',
      'Add the optional claims email and xms_edov to its id token: an address counts only where Microsoft says that its domain is the tenant’s own.',
    ],
    example: '00000000-0000-0000-0000-000000000000',
  },
  { name: 'HEADROOM_ENTRA_CLIENT_SECRET', purpose: ['Of the Entra application above.'], example: 'a secret of Entra', secret: true },
  {
    name: 'HEADROOM_ENTRA_TENANT',
    purpose: ['Which tenant people come from: its id or domain. Without it: organizations, which is any but private accounts.'],
    example: 'organizations',
  },
  {
    name: 'HEADROOM_OIDC_ISSUER',
    purpose: [
      'Lets people sign in with any OpenID Connect provider; register <HEADROOM_URL>/api/auth/callback/oidc there. Needs the two below.',
      'Only addresses that it marks as verified count.',
    ],
    example: 'https://id.example.com',
  },
  { name: 'HEADROOM_OIDC_CLIENT_ID', purpose: ['Of the client there.'], example: 'headroom' },
  { name: 'HEADROOM_OIDC_CLIENT_SECRET', purpose: ['Of the client there.'], example: 'a secret of it', secret: true },
  { name: 'HEADROOM_OIDC_NAME', purpose: ['What its button says. Without it: the issuer’s host.'], example: 'Example ID' },
  {
    name: 'HEADROOM_ENCRYPTION_KEYS',
    purpose: [
      'Encrypt what is kept for others, such as chat tokens: name:base64 of 32 bytes, newest first, separated by commas.',
      'Without it one is made and kept.',
    ],
    example: '2026-06:openssl rand -base64 32',
    secret: true,
  },
  {
    name: 'HEADROOM_WEBHOOKS_ALLOW_PRIVATE',
    purpose: ['1 lets webhooks go to private addresses and over http, for receivers inside your own network. Without it: public https addresses only.'],
    example: '1',
  },
  {
    name: 'HEADROOM_DEMO',
    purpose: ['1 fills the database with invented customers, 0 keeps it empty. Without it: 1 on the built-in database with simulated payments.'],
    example: '1',
  },
  {
    name: 'HEADROOM_OPERATORS_NEED_SECOND_STEP',
    purpose: ['1 lets operators to the desk only with two steps: who has neither an app for codes nor a passkey sets one up first. Without it: 0.'],
    example: '1',
  },
  {
    name: 'HEADROOM_SLACK_URL',
    purpose: ['What messages to Slack are posted below. Without it: https://hooks.slack.com/.'],
    example: 'https://slack-proxy.example.com/',
  },
  {
    name: 'HEADROOM_DISCORD_URL',
    purpose: ['What messages to Discord are posted below. Without it: https://discord.com/api/webhooks/.'],
    example: 'https://discord-proxy.example.com/api/webhooks/',
  },
  {
    name: 'HEADROOM_TELEGRAM_URL',
    purpose: ['What messages to Telegram are posted below. Without it: https://api.telegram.org/.'],
    example: 'https://telegram.example.com/',
  },
  {
    name: 'HEADROOM_PRIVATE_CHATS',
    purpose: ['1 allows the three addresses above to be in a private network. Without it: 0.'],
    example: '1',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    purpose: [
      'A collector of OpenTelemetry that takes OTLP over HTTP: traces are sent there. The other standard OTEL_ variables are read too. Without it: none.',
    ],
    example: 'http://localhost:4318',
  },
  { name: 'OTEL_SERVICE_NAME', purpose: ['What it is called in traces. Without it: headroom-web and headroom-worker.'], example: 'billing' },
  { name: 'LOG_LEVEL', purpose: ['How much the logs hold: error, warn, info or debug.'], example: 'info' },
  { name: 'HEADROOM_BRAND_NAME', purpose: ['Whose dashboard this is, as pages and mails call you.'], example: 'Example' },
  {
    name: 'HEADROOM_BRAND_LOGO',
    purpose: ['Your logo: a file, or an address from which it is fetched at a start. SVG, PNG or WebP, at most 200 KB. Without it your name is shown.'],
    example: './logo.svg',
  },
  {
    name: 'HEADROOM_BRAND_LOGO_DARK',
    purpose: ['The same for the dark theme. Without it the first one stands there on a light ground.'],
    example: 'https://example.com/logo-dark.svg',
  },
  { name: 'HEADROOM_BRAND_ICON', purpose: ['The small square one in browser tabs. Without it your first letter in your color.'], example: './icon.svg' },
  {
    name: 'HEADROOM_ACCENT_COLOR',
    purpose: ['The dashboard’s one accent color. What could not be read on a page is made darker or lighter, which the start tells.'],
    example: '#3b5bdb',
  },
  {
    name: 'HEADROOM_SUPPORT',
    purpose: ['Where people who are stuck find you: a mail address, or a page that begins with https://.'],
    example: 'support@example.com',
  },
  { name: 'HEADROOM_SELLER_NAME', purpose: ['Who issues the invoices, as printed on them.'], example: 'Example, Inc.' },
  {
    name: 'HEADROOM_SELLER_ADDRESS',
    purpose: ['The issuer’s address, as printed on invoices; \\n in quotation marks begins a line.'],
    example: '"1 Main Street\\nSpringfield, IL 62701\\nUnited States"',
  },
  { name: 'HEADROOM_SELLER_TAX_ID', purpose: ['The issuer’s tax id, as printed on invoices.'], example: 'US 12-3456789' },
  {
    name: 'HEADROOM_SELLER_BANK_DETAILS',
    purpose: ['Where a bank transfer goes, as printed on pro-forma invoices. Without it they name no account.'],
    example: '"Example Bank\\nIBAN DE02 1203 0000 0000 2020 51\\nBIC BYLADEM1001"',
  },
]

/** Handed from `npm start` to its programs, or by tests; nobody sets them by hand. */
export const INTERNAL_VARIABLES: readonly string[] = [
  'NODE_ENV',
  'NEXTAUTH_URL',
  'STRIPE_SANDBOX_PORT',
  'STRIPE_SANDBOX_URL',
  'STRIPE_SANDBOX_WEBHOOK_URL',
  'HEADROOM_FAILPOINT',
  'HEADROOM_FAILPOINT_KILLS',
  'HEADROOM_DEMO_AT',
  'HEADROOM_GALLERY',
  'HEADROOM_BRAND_LOGO_FILE',
  'HEADROOM_BRAND_LOGO_DARK_FILE',
  'HEADROOM_BRAND_ICON_FILE',
  'HEADROOM_BUILD',
]

/** The text of `.env.example`. */
export function writeExample(settings: readonly Setting[]): string {
  const header = '# Headroom starts without any of these. Copy to .env and set what you need; what the environment already has wins.\n'
  return [header, ...settings.map(({ name, purpose, example }) => `${purpose.map((line) => `# ${line}\n`).join('')}# ${name}=${example}\n`)].join('\n')
}
