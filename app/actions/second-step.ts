'use server'

import { z } from 'zod'
import { keepFirstLocale } from '@/lib/auth/account'
import { PASSWORD_MAX } from '@/lib/auth/password'
import { proveByBothSteps, proveByPassword } from '@/lib/auth/prove-holder'
import { renewRecoveryCodes, type TurnOnRefusal, turnOffSecondFactor, turnOnSecondFactor } from '@/lib/auth/second-factor'
import { drawSecondFactorOffer, type SecondFactorOffer } from '@/lib/auth/second-factor-setup'
import { asPerson, passWithCode } from '@/lib/auth/second-step'
import { beginSession, requestAddress, viewersLocale } from '@/lib/auth/session'
import type { SignInRefusal } from '@/lib/auth/sign-in'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAccountAction, definePublicAction } from './define-action'
import { retryAsText, type WithRetryText } from './retry-as-text'

const code = z.string().max(100)
const password = z.string().max(PASSWORD_MAX)
const sealed = z.string().max(500)

/** Signs in with a code from the phone, or a recovery code. Refuses with `wrong_code`, `too_late`, or `rate_limited` until `retryAt`. */
export const passSecondStepAction = definePublicAction({
  input: z.strictObject({ code }),
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

/** Refuses with `invalid_credentials`, `wrong_code`, `offer_closed`, `already_on`, or `rate_limited` until `retryAt`. */
export const turnOnSecondFactorAction = defineAccountAction({
  input: z.strictObject({ sealed, code, password }),
  run: async (account, input): Promise<Result<{ recoveryCodes: string[] }, WithRetryText<SignInRefusal | TurnOnRefusal>>> => {
    const holder = asPerson(account)
    const proof = { ...input, address: await requestAddress() }
    const proven = await proveByPassword(holder, proof)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const turned = await turnOnSecondFactor(holder, proof)
    if (!turned.ok) return refuse(retryAsText(turned.error))
    const { sessionVersion, recoveryCodes } = turned.value
    if (sessionVersion !== null) await beginSession({ id: account.id, sessionVersion })
    return ok({ recoveryCodes })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, or `rate_limited` until `retryAt`. */
export const renewRecoveryCodesAction = defineAccountAction({
  input: z.strictObject({ code, password }),
  run: async (account, input) => {
    const proven = await proveByBothSteps(asPerson(account), { ...input, address: await requestAddress() })
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const renewed = await renewRecoveryCodes(asPerson(account))
    return renewed ? ok(renewed) : refuse({ code: 'wrong_code' })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, or `rate_limited` until `retryAt`. */
export const turnOffSecondFactorAction = defineAccountAction({
  input: z.strictObject({ code, password }),
  run: async (account, input) => {
    const proven = await proveByBothSteps(asPerson(account), { ...input, address: await requestAddress() })
    if (!proven.ok) return refuse(retryAsText(proven.error))
    await turnOffSecondFactor(asPerson(account))
    return ok(null)
  },
})
