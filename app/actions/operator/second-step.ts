'use server'

import { z } from 'zod'
import { noContent, notFound } from '@/lib/api/answer'
import { PASSWORD_MAX } from '@/lib/auth/password'
import { asOperator, beginOperatorSession } from '@/lib/auth/present-operator'
import { proveByBothSteps, proveByPassword } from '@/lib/auth/prove-holder'
import { renewRecoveryCodes, type TurnOnRefusal, turnOffSecondFactor, turnOnSecondFactor } from '@/lib/auth/second-factor'
import { drawSecondFactorOffer, type SecondFactorOffer } from '@/lib/auth/second-factor-setup'
import { requestAddress } from '@/lib/auth/session'
import type { SignInRefusal } from '@/lib/auth/sign-in'
import { takeOffMembersSecondFactor } from '@/lib/auth/take-off-second-factor'
import { ok, type Result, refuse } from '@/lib/result'
import { retryAsText, type WithRetryText } from '../retry-as-text'
import { defineOperatorAction, defineOwnOperatorAction } from './define-operator-action'
import { id, reason } from './fields'

const code = z.string().max(100)
const password = z.string().max(PASSWORD_MAX)
const sealed = z.string().max(500)

/** A secret to scan; it counts for nothing until a code shows that it was. */
export const offerOperatorSecondFactorAction = defineOwnOperatorAction({
  input: z.strictObject({}),
  run: async (operator): Promise<Result<SecondFactorOffer, never>> => ok(drawSecondFactorOffer(asOperator(operator))),
})

/** Refuses with `invalid_credentials`, `wrong_code`, `offer_closed`, `already_on`, or `rate_limited` until `retryAt`. */
export const turnOnOperatorSecondFactorAction = defineOwnOperatorAction({
  input: z.strictObject({ sealed, code, password }),
  run: async (operator, input): Promise<Result<{ recoveryCodes: string[] }, WithRetryText<SignInRefusal | TurnOnRefusal>>> => {
    const holder = asOperator(operator)
    const proof = { ...input, address: await requestAddress() }
    const proven = await proveByPassword(holder, proof)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const turned = await turnOnSecondFactor(holder, proof)
    if (!turned.ok) return refuse(retryAsText(turned.error))
    await beginOperatorSession(operator, { passedCode: true })
    return ok({ recoveryCodes: turned.value.recoveryCodes })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, or `rate_limited` until `retryAt`. */
export const renewOperatorRecoveryCodesAction = defineOwnOperatorAction({
  input: z.strictObject({ code, password }),
  run: async (operator, input) => {
    const proven = await proveByBothSteps(asOperator(operator), { ...input, address: await requestAddress() })
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const renewed = await renewRecoveryCodes(asOperator(operator))
    return renewed ? ok(renewed) : refuse({ code: 'wrong_code' })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, or `rate_limited` until `retryAt`. */
export const turnOffOperatorSecondFactorAction = defineOwnOperatorAction({
  input: z.strictObject({ code, password }),
  run: async (operator, input) => {
    const proven = await proveByBothSteps(asOperator(operator), { ...input, address: await requestAddress() })
    if (!proven.ok) return refuse(retryAsText(proven.error))
    await turnOffSecondFactor(asOperator(operator))
    return ok(null)
  },
})

/** For a member who has lost phone and recovery codes. Refuses with `no_second_step`, `not_found`. */
export const takeOffSecondFactorAction = defineOperatorAction({
  needs: 'admin',
  name: 'take-off-second-factor',
  input: z.strictObject({ organizationId: id('org'), memberId: id('mem'), reason }),
  run: ({ call }, input) =>
    call.command(input.organizationId, async (context) => {
      const taken = await takeOffMembersSecondFactor(context, input)
      return taken.ok ? noContent : notFound()
    }),
})
