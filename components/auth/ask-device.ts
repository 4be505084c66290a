import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'

/** `retryAt` is an ISO 8601 instant. */
export type Refused = { ok: false; error: { code: string; retryAt?: string } }
export type Answer<Value> = Promise<{ ok: true; value: Value } | Refused>
export type AskPasskey = (nothing: Record<string, never>) => Answer<PublicKeyCredentialRequestOptionsJSON>
export type AskForNewPasskey<Input> = (input: Input) => Answer<PublicKeyCredentialCreationOptionsJSON>

/** Broken off by whoever was asked, or the browser or the device knows no passkeys: they tell neither. */
const BROKEN: Refused = { ok: false, error: { code: 'broken' } }

/** What the library brings is loaded at the press: it is of use only to whoever goes this way. */
const library = () => import('@simplewebauthn/browser')

/** Asks the device of whoever sits here for one of its passkeys. */
export async function askDevice(ask: AskPasskey): Answer<AuthenticationResponseJSON> {
  const asked = await ask({})
  if (!asked.ok) return asked
  const { startAuthentication } = await library()
  return startAuthentication({ optionsJSON: asked.value }).then(
    (value) => ({ ok: true, value }),
    () => BROKEN,
  )
}

/** Has it make another. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Answer<RegistrationResponseJSON> {
  const { startRegistration } = await library()
  return startRegistration({ optionsJSON: options }).then(
    (value) => ({ ok: true, value }),
    () => BROKEN,
  )
}
