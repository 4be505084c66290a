'use server'

import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { keepFirstLocale } from '@/lib/auth/account'
import { handOutChallenge } from '@/lib/auth/passkey-cookie'
import { askForPasskey, askForProof, dropPasskey, keepPasskey } from '@/lib/auth/passkey-settings'
import { offerAssertion, renamePasskey } from '@/lib/auth/passkeys'
import { asPerson, enterWithPasskey, findWaiting, passWithOwnPasskey } from '@/lib/auth/second-step'
import { beginSession, viewersLocale } from '@/lib/auth/session'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAccountAction, definePublicAction } from './define-action'
import { assertion, attestation, passkeyId, passkeyName, proof } from './passkey-fields'
import { retryAsText } from './retry-as-text'

/** The question that any passkey of any person may answer. */
export const askForPasskeySignInAction = definePublicAction({
  input: z.strictObject({}),
  run: async (): Promise<Result<PublicKeyCredentialRequestOptionsJSON, never>> => {
    const options = await offerAssertion(null)
    await handOutChallenge({ of: 'sign_in', kind: 'person' }, options.challenge)
    return ok(options)
  },
})

/** Signs in with a passkey alone. Refuses with `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const signInWithPasskeyAction = definePublicAction({
  input: z.strictObject({ passkey: assertion }),
  run: async ({ passkey }) => {
    const entered = await enterWithPasskey(passkey)
    if (!entered.ok) return refuse(retryAsText(entered.error))
    await keepFirstLocale(entered.value.id, await viewersLocale())
    return ok(null)
  },
})

/** The question to the passkeys of whoever has passed the first step. Refuses with `too_late`. */
export const askForPasskeyStepAction = definePublicAction({
  input: z.strictObject({}),
  run: async () => {
    const account = await findWaiting()
    if (!account) return refuse({ code: 'too_late' as const })
    const holder = asPerson(account)
    const options = await offerAssertion(holder)
    await handOutChallenge({ of: 'second_step', holder }, options.challenge)
    return ok(options)
  },
})

/** Signs in with a passkey after a first step. Refuses with `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const passPasskeyStepAction = definePublicAction({
  input: z.strictObject({ passkey: assertion }),
  run: async ({ passkey }) => {
    const passed = await passWithOwnPasskey(passkey)
    if (!passed.ok) return refuse(retryAsText(passed.error))
    await keepFirstLocale(passed.value.id, await viewersLocale())
    return ok(null)
  },
})

/** The question to one's own passkeys, before what needs a proof. */
export const askForProofAction = defineAccountAction({
  input: z.strictObject({}),
  run: async (account): Promise<Result<PublicKeyCredentialRequestOptionsJSON, never>> => ok(await askForProof(asPerson(account))),
})

/** Refuses with `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const askForPasskeyAction = defineAccountAction({
  input: z.strictObject(proof),
  run: async (account, input) => {
    const asked = await askForPasskey(asPerson(account), input)
    return asked.ok ? asked : refuse(retryAsText(asked.error))
  },
})

/** Answers what `askForPasskeyAction` has asked. Refuses with `passkey_refused`, `too_late`, `too_many_passkeys`. */
export const addPasskeyAction = defineAccountAction({
  input: z.strictObject({ name: passkeyName, passkey: attestation }),
  run: async (account, { name, passkey }) => {
    const kept = await keepPasskey(asPerson(account), { name, response: passkey })
    if (!kept.ok) return kept
    const { sessionVersion, recoveryCodes } = kept.value
    if (sessionVersion !== null) await beginSession({ id: account.id, sessionVersion }, 'renewed')
    return ok({ recoveryCodes })
  },
})

/** Refuses with `not_found`. */
export const renamePasskeyAction = defineAccountAction({
  input: z.strictObject({ passkeyId, name: passkeyName }),
  run: (account, input) => renamePasskey(asPerson(account), input.passkeyId, input.name),
})

/** Refuses with `not_found`, `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const removePasskeyAction = defineAccountAction({
  input: z.strictObject({ passkeyId, ...proof }),
  run: async (account, input) => {
    const removed = await dropPasskey(asPerson(account), input)
    return removed.ok ? removed : refuse(retryAsText(removed.error))
  },
})
