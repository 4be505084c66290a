import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readTestKey } from './stripe-test-key'

/** `npm run test:stripe`: the payment contract at Stripe itself. Without a key it says that it was not run, which is no failure; a key of live mode is one. */
const VITEST = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
const key = readTestKey(process.env)
if (key.ok)
  process.exitCode = spawnSync(process.execPath, [VITEST, '--config', '.vitest.config.ts', 'run', '--project', 'stripe'], { stdio: 'inherit' }).status ?? 1
else {
  console.log(key.error)
  process.exitCode = process.env.STRIPE_TEST_KEY ? 1 : 0
}
