import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

const withMessages = createNextIntlPlugin('./components/messages/request.ts')

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: true,
  generateBuildId: () => process.env.HEADROOM_BUILD ?? null, // From what is built (lib/platform/build.ts).
  // `npm test` checks the types of everything, routes included; a start neither waits for that nor fails by a test's type.
  typescript: { ignoreBuildErrors: true },
  // In development Next would print each action's arguments into the log: passwords, at sign-in.
  logging: { serverFunctions: false },
  // Messages are parsed on the server (lib/compile-words.ts); a page loads no parser of them.
  turbopack: { resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' } },
  experimental: {
    // Few files and not many: by HTTP/1.1 a browser fetches six at a time, and each turn costs a phone a round trip.
    turbopackChunking: { requestCost: 1_000_000, minChunkSize: 150_000, maxMergeChunkSize: 600_000 },
  },
  // They find their own files at run time, so they are loaded and not bundled.
  serverExternalPackages: ['pg', 'pg-boss', 'pino', 'prom-client', '@node-rs/argon2', 'nodemailer'],
}

export default withMessages(config)
