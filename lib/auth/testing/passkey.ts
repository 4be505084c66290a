import type { Holder } from '../holder'
import { offerRegistration, registerPasskey } from '../passkeys'
import { Authenticator } from './authenticator'

/** A device of theirs with a passkey, kept under a name. */
export async function withPasskey(holder: Holder, name = 'Laptop'): Promise<{ device: Authenticator; recoveryCodes: string[] }> {
  const device = new Authenticator()
  const options = await offerRegistration(holder)
  const kept = await registerPasskey(holder, { challenge: options.challenge, response: device.register(options), name })
  if (!kept.ok) throw new Error(kept.error.code)
  return { device, recoveryCodes: kept.value.recoveryCodes }
}
