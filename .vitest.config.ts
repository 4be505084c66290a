import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const exclude = ['**/node_modules/**', '.next/**', '.headroom/**', 'e2e/**']
const database = ['**/*.database.test.ts']
const scenario = ['**/*.scenario.test.ts']

/** A test's name says what it needs: `*.database.test.ts` and `*.scenario.test.ts` a Postgres, the rest nothing. */
export default defineConfig({
  root,
  resolve: { alias: { '@': root.replace(/\/$/, '') } },
  test: {
    passWithNoTests: false,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['**/*.test.ts', '**/*.test.tsx'], exclude: [...exclude, ...database, ...scenario] } },
      {
        extends: true,
        test: { name: 'database', include: database, exclude, globalSetup: ['db/testing-server.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 },
      },
      {
        extends: true,
        test: { name: 'scenario', include: scenario, exclude, globalSetup: ['db/testing-server.ts'], testTimeout: 180_000, hookTimeout: 60_000, maxWorkers: 2 },
      },
    ],
  },
})
