'use server'

import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { handOutChallenge } from '@/lib/auth/passkey-cookie'
import { askForPasskey, askForProof, dropPasskey, keepPasskey } from '@/lib/auth/passkey-settings'
import { offerAssertion, renamePasskey } from '@/lib/auth/passkeys'
import { asOperator, beginOperatorSession, enterDeskWithOwnPasskey, enterDeskWithPasskey, findWaitingOperator } from '@/lib/auth/present-operator'
import { ok, type Result, refuse } from '@/lib/result'
import { definePublicAction } from '../define-action'
import { assertion, attestation, passkeyId, passkeyName, proof } from '../passkey-fields'
import { retryAsText } from '../retry-as-text'
import { defineOwnOperatorAction } from './define-operator-action'

/** The question that any passkey of any operator may answer. */
export const askForOperatorPasskeySignInAction = definePublicAction({
  input: z.strictObject({}),
  run: async (): Promise<Result<PublicKeyCredentialRequestOptionsJSON, never>> => {
    const options = await offerAssertion(null)
    await handOutChallenge({ of: 'sign_in', kind: 'operator' }, options.challenge)
    return ok(options)
  },
})

/** Sits down with a passkey alone. Refuses with `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const signInOperatorWithPasskeyAction = definePublicAction({
  input: z.strictObject({ passkey: assertion }),
  run: async ({ passkey }) => {
    const entered = await enterDeskWithPasskey(passkey)
    return entered.ok ? ok(null) : refuse(retryAsText(entered.error))
  },
})

/** The question to the passkeys of whoever's password was right. Refuses with `too_late`. */
export const askForOperatorPasskeyStepAction = definePublicAction({
  input: z.strictObject({}),
  run: async () => {
    const operator = await findWaitingOperator()
    if (!operator) return refuse({ code: 'too_late' as const })
    const holder = asOperator(operator)
    const options = await offerAssertion(holder)
    await handOutChallenge({ of: 'second_step', holder }, options.challenge)
    return ok(options)
  },
})

/** Sits down with a passkey after the password. Refuses with `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const passOperatorPasskeyStepAction = definePublicAction({
  input: z.strictObject({ passkey: assertion }),
  run: async ({ passkey }) => {
    const passed = await enterDeskWithOwnPasskey(passkey)
    return passed.ok ? ok(null) : refuse(retryAsText(passed.error))
  },
})

/** The question to one's own passkeys, before what needs a proof. */
export const askOperatorForProofAction = defineOwnOperatorAction({
  input: z.strictObject({}),
  run: async (operator): Promise<Result<PublicKeyCredentialRequestOptionsJSON, never>> => ok(await askForProof(asOperator(operator))),
})

/** Refuses with `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const askOperatorForPasskeyAction = defineOwnOperatorAction({
  input: z.strictObject(proof),
  run: async (operator, input) => {
    const asked = await askForPasskey(asOperator(operator), input)
    return asked.ok ? asked : refuse(retryAsText(asked.error))
  },
})

/** Answers what `askOperatorForPasskeyAction` has asked. Refuses with `passkey_refused`, `too_late`, `too_many_passkeys`. */
export const addOperatorPasskeyAction = defineOwnOperatorAction({
  input: z.strictObject({ name: passkeyName, passkey: attestation }),
  run: async (operator, { name, passkey }) => {
    const kept = await keepPasskey(asOperator(operator), { name, response: passkey })
    if (!kept.ok) return kept
    const { recoveryCodes, sessionVersion } = kept.value
    if (sessionVersion !== null) await beginOperatorSession({ id: operator.id, sessionVersion }, { passedCode: true, by: 'renewed' }) // The first part of it has ended this one too.
    return ok({ recoveryCodes })
  },
})

/** Refuses with `not_found`. */
export const renameOperatorPasskeyAction = defineOwnOperatorAction({
  input: z.strictObject({ passkeyId, name: passkeyName }),
  run: (operator, input) => renamePasskey(asOperator(operator), input.passkeyId, input.name),
})

/** Refuses with `not_found`, `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const removeOperatorPasskeyAction = defineOwnOperatorAction({
  input: z.strictObject({ passkeyId, ...proof }),
  run: async (operator, input) => {
    const removed = await dropPasskey(asOperator(operator), input)
    return removed.ok ? removed : refuse(retryAsText(removed.error))
  },
})
