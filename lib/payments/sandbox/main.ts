import { sandboxCredentials } from './credentials'
import { startSandbox } from './start'

/**
 * The sandbox as a process. It reads `DATABASE_URL`, `NEXTAUTH_SECRET` (its keys are derived from it), `PUBLIC_URL`,
 * `STRIPE_SANDBOX_PORT`, and `STRIPE_SANDBOX_WEBHOOK_URL` (by default the dashboard's own).
 */
function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set.`)
  return value
}

const publicUrl = required('PUBLIC_URL')
const { secretKey, webhookSecret } = sandboxCredentials(required('NEXTAUTH_SECRET'))
const sandbox = await startSandbox({
  databaseUrl: required('DATABASE_URL'),
  port: Number(process.env.STRIPE_SANDBOX_PORT ?? 0),
  publicUrl,
  webhook: { url: process.env.STRIPE_SANDBOX_WEBHOOK_URL ?? new URL('/api/webhooks/stripe', publicUrl).href, secret: webhookSecret },
  secretKey,
})
process.send?.('ready')
console.info(`Simulated payments are listening on 127.0.0.1:${sandbox.port}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sandbox.stop().then(() => process.exit(0))
  })
}
