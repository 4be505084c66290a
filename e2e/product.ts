import { startChatServices } from '../lib/notify/testing/chat-services'
import { freePort } from '../lib/platform/embedded-postgres'
import { startIdentityProvider } from './identity-provider'
import { runProduct } from './run-product'

/**
 * Starts the product beside an identity provider, and stops both when the last test is done. Its company is not us, so that no page
 * can say so by mistake. The tests find it by `HEADROOM_E2E_DIRECTORY`.
 */
export default async function startProduct(): Promise<() => Promise<void>> {
  if (process.env.HEADROOM_E2E_DIRECTORY) return async () => {} // A product that runs already, with its data there.
  const [port, other] = [await freePort(0), await freePort(0)]
  if (!port || !other) throw new Error('There is no free port.')
  const identities = await startIdentityProvider(other, `http://localhost:${port}/api/auth/callback/oidc`)
  const chats = await startChatServices()
  const product = await runProduct(port, {
    ...chats.variables,
    HEADROOM_BRAND_NAME: 'Fennel & Sons',
    HEADROOM_BRAND_LOGO: 'e2e/fennel.svg',
    HEADROOM_SUPPORT: 'help@fennel.example',
    HEADROOM_RETURN_URLS: 'https://app.example.com',
    HEADROOM_OIDC_ISSUER: identities.issuer,
    HEADROOM_OIDC_CLIENT_ID: identities.clientId,
    HEADROOM_OIDC_CLIENT_SECRET: identities.clientSecret,
    HEADROOM_OIDC_NAME: 'Example ID',
    HEADROOM_GALLERY: '1',
    HEADROOM_WEBHOOKS_ALLOW_PRIVATE: '1', // A receiver of the tests is on this machine.
  })
  process.env.HEADROOM_E2E_DIRECTORY = product.directory
  process.env.HEADROOM_E2E_SLACK_URL = chats.slackUrl
  return async () => {
    await product.stop()
    await identities.stop()
    await chats.stop()
  }
}
