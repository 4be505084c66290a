import { defineConfig } from 'drizzle-kit'

/** Partitioned tables are left out: their SQL is written by hand (see `schema/partitioned.ts`). */
export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: [
    './db/schema/credit.ts',
    './db/schema/documents.ts',
    './db/schema/installation.ts',
    './db/schema/notifications.ts',
    './db/schema/operators.ts',
    './db/schema/organizations.ts',
    './db/schema/sign-in.ts',
    './db/schema/subscriptions.ts',
    './db/schema/usage.ts',
    './db/schema/webhooks.ts',
  ],
  out: './db/migrations',
})
