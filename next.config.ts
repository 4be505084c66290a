import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

const withMessages = createNextIntlPlugin('./components/messages/request.ts')

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: true,
  // `npm test` checks the types of everything, routes included; a start neither waits for that nor fails by a test's type.
  typescript: { ignoreBuildErrors: true },
  // In development Next would print each action's arguments into the log: passwords, at sign-in.
  logging: { serverFunctions: false },
  // They find their own files at run time, so they are loaded and not bundled.
  serverExternalPackages: ['pg', 'pg-boss', 'pino', '@node-rs/argon2', 'nodemailer'],
}

export default withMessages(config)
