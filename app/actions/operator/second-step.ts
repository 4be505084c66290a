'use server'

import { z } from 'zod'
import { noContent, notFound } from '@/lib/api/answer'
import { asOperator, beginOperatorSession } from '@/lib/auth/present-operator'
import { type ProofRefusal, proveByPassword } from '@/lib/auth/prove-holder'
import { provePresent } from '@/lib/auth/prove-present'
import { findSecondFactor, renewRecoveryCodes, type TurnOnRefusal, turnOffSecondFactor, turnOnSecondFactor } from '@/lib/auth/second-factor'
import { drawSecondFactorOffer, type SecondFactorOffer } from '@/lib/auth/second-factor-setup'
import { presentBrowser } from '@/lib/auth/session'
import { takeOffMembersSecondFactor } from '@/lib/auth/take-off-second-factor'
import { ok, type Result, refuse } from '@/lib/result'
import { proof } from '../passkey-fields'
import { retryAsText, type WithRetryText } from '../retry-as-text'
import { defineOperatorAction, defineOwnOperatorAction } from './define-operator-action'
import { id, reason } from './fields'

const sealed = z.string().max(500)

/** A secret to scan; it counts for nothing until a code shows that it was. */
export const offerOperatorSecondFactorAction = defineOwnOperatorAction({
  input: z.strictObject({}),
  run: async (operator): Promise<Result<SecondFactorOffer, never>> => ok(drawSecondFactorOffer(asOperator(operator))),
})

/**
 * `code` is the new app's. Where a passkey has turned the second step on, one is needed. Refuses with `needs_passkey`, `invalid_credentials`,
 * `passkey_refused`, `too_late`, `wrong_code`, `offer_closed`, `already_on`, or `rate_limited` until `retryAt`.
 */
export const turnOnOperatorSecondFactorAction = defineOwnOperatorAction({
  input: z.strictObject({ sealed, ...proof }),
  run: async (operator, input): Promise<Result<{ recoveryCodes: string[] }, WithRetryText<ProofRefusal | TurnOnRefusal | { code: 'needs_passkey' }>>> => {
    const holder = asOperator(operator)
    const given = { ...input, ...(await presentBrowser()) }
    if (!input.passkey && (await findSecondFactor(holder))?.hasPasskey) return refuse({ code: 'needs_passkey' })
    const proven = input.passkey ? await provePresent(holder, input) : await proveByPassword(holder, given)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const turned = await turnOnSecondFactor(holder, given)
    if (!turned.ok) return refuse(retryAsText(turned.error))
    const { sessionVersion, recoveryCodes } = turned.value
    if (sessionVersion !== null) await beginOperatorSession({ id: operator.id, sessionVersion }, { passedCode: true, by: 'renewed' })
    return ok({ recoveryCodes })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const renewOperatorRecoveryCodesAction = defineOwnOperatorAction({
  input: z.strictObject(proof),
  run: async (operator, input) => {
    const proven = await provePresent(asOperator(operator), input)
    if (!proven.ok) return refuse(retryAsText(proven.error))
    const renewed = await renewRecoveryCodes(asOperator(operator))
    return renewed ? ok(renewed) : refuse({ code: 'wrong_code' })
  },
})

/** Refuses with `invalid_credentials`, `wrong_code`, `passkey_refused`, `too_late`, or `rate_limited` until `retryAt`. */
export const turnOffOperatorSecondFactorAction = defineOwnOperatorAction({
  input: z.strictObject(proof),
  run: async (operator, input) => {
    const proven = await provePresent(asOperator(operator), input)
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
