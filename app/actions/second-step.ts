'use server'

import { z } from 'zod'
import { keepFirstLocale } from '@/lib/auth/account'
import { type ProofRefusal, proveByPassword } from '@/lib/auth/prove-holder'
import { provePresent } from '@/lib/auth/prove-present'
import { findSecondFactor, renewRecoveryCodes, type TurnOnRefusal, turnOffSecondFactor, turnOnSecondFactor } from '@/lib/auth/second-factor'
import { drawSecondFactorOffer, type SecondFactorOffer } from '@/lib/auth/second-factor-setup'
import { asPerson, passWithCode } from '@/lib/auth/second-step'
import { type DutyRefusal, requireSecondStep } from '@/lib/auth/second-step-duty'
import { beginSession, presentBrowser, viewersLocale } from '@/lib/auth/session'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAccountAction, defineAction, definePublicAction } from './define-action'
import { proof } from './passkey-fields'
import { retryAsText, type WithRetryText } from './retry-as-text'

const sealed = z.string().max(500)

/** Signs in with a code from the phone, or a recovery code. Refuses with `wrong_code`, `too_late`, or `rate_limited` until `retryAt`. */
export const passSecondStepAction = definePublicAction({
  input: z.strictObject({ code: proof.code }),
  run: async (input) => {
    const passed = await passWithCode(input.code)
    if (!passed.ok) return refuse(retryAsText(passed.error))
    await keepFirstLocale(passed.value.id, await viewersLocale())
    return ok(null)
  },
})

/** A secret to scan; it counts for nothing until a code shows that it was. */
export const offerSecondFactorAction = defineAccountAction({
  input: z.strictObject({}),
  run: async (account): Promise<Result<SecondFactorOffer, never>> => ok(drawSecondFactorOffer(asPerson(account))),
})

/**
 * `code` is the new app's. Where a passkey has turned the second step on, one is needed. Refuses with `needs_passkey`, `invalid_credentials`,
 * `passkey_refused`, `too_late`, `wrong_code`, `offer_closed`, `already_on`, or `rate_limited` until `retryAt`.
 */
export const turnOnSecondFactorAction = defineAccountAction({
  input: z.strictObject({ sealed, ...proof }),
  run: async (account, input): Promise<Result<{ recoveryCodes: string[] }, WithRetryText<ProofRefusal | TurnOnRefusal | { code: 'needs_passkey' }>>> => {
    const holder = asPerson(account)
    const given = { ...input, ...(await presentBrowser()) }
    if (!input.passkey && (await findSecondFactor(holder))?.hasPasskey) return refuse({ code: 'needs_passkey' })
    const proven = input.passkey ? await provePresent(holder, input) : await proveByPassword(holder, given)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const turned = await turnOnSecondFactor(holder, given)
    if (!turned.ok) return refuse(retryAsText(turned.error))
    const { sessionVersion, recoveryCodes } = turned.value
    if (sessionVersion !== null) await beginSession({ id: account.id, sessionVersion }, 'renewed')
    return ok({ recoveryCodes })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const renewRecoveryCodesAction = defineAccountAction({
  input: z.strictObject(proof),
  run: async (account, input) => {
    const proven = await provePresent(asPerson(account), input)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const renewed = await renewRecoveryCodes(asPerson(account))
    return renewed ? ok(renewed) : refuse({ code: 'wrong_code' })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const turnOffSecondFactorAction = defineAccountAction({
  input: z.strictObject(proof),
  run: async (account, input) => {
    const proven = await provePresent(asPerson(account), input)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    await turnOffSecondFactor(asPerson(account))
    return ok(null)
  },
})

/** Asks two steps of everybody in the organization, or no longer; not in a session of the product's, which has none. Refuses with `needs_own`. */
export const requireSecondStepAction = defineAction({
  permission: 'sign_in:write',
  input: z.strictObject({ isRequired: z.boolean() }),
  run: async (context, { isRequired }): Promise<Result<null, DutyRefusal>> => {
    const { organization, portal, user } = context.viewer
    return portal ? refuse({ code: 'needs_own' }) : requireSecondStep(context, { organizationId: organization.id, userId: user.id, isRequired })
  },
})
