import { createHmac } from 'node:crypto'

/** What the sandbox and those who talk to it agree on, without a place to keep it: both derive it from one secret. */
export function sandboxCredentials(secret: string): { secretKey: string; webhookSecret: string } {
  const derive = (purpose: string) => createHmac('sha256', secret).update(`stripe sandbox ${purpose}`).digest('hex').slice(0, 40)
  return { secretKey: `sk_test_sandbox${derive('key')}`, webhookSecret: `whsec_sandbox${derive('webhook')}` }
}
