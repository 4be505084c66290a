'use server'

import { z } from 'zod'
import { noContent, notFound } from '@/lib/api/answer'
import { refusalAnswer } from '@/lib/api/refusals'
import { decideLimitRequest } from '@/lib/billing/commands/decide-limit-request'
import { resolveNotice } from '@/lib/billing/commands/resolve-notice'
import { resumePurchases } from '@/lib/billing/commands/resume-purchases'
import { tryRenewalAgain } from '@/lib/billing/commands/try-renewal-again'
import { defineOperatorAction } from './define-operator-action'
import { id, reason } from './fields'

const organizationId = id('org')

/** Refuses with `limit_request_decided` where somebody else has decided otherwise. */
export const decideLimitRequestAction = defineOperatorAction({
  needs: 'admin',
  name: 'limit-request',
  input: z.strictObject({ organizationId, limitRequestId: id('lim'), decision: z.enum(['approved', 'declined']), reason }),
  run: ({ call }, input) =>
    call.command(input.organizationId, async (context) => {
      const decided = await decideLimitRequest(context, input)
      return decided.ok ? noContent : refusalAnswer(decided.error)
    }),
})

/** After a lost dispute (G80). Refuses with `nothing_stopped`. */
export const resumePurchasesAction = defineOperatorAction({
  needs: 'admin',
  name: 'resume-purchases',
  input: z.strictObject({ organizationId, reason }),
  run: ({ call }, input) =>
    call.command(input.organizationId, async (context) => {
      const resumed = await resumePurchases(context, input)
      return resumed.ok ? noContent : { status: 409, body: { code: resumed.error.code, detail: 'No lost dispute stops their purchases.' } }
    }),
})

/** Refuses with `not_found` where somebody else was first. */
export const resolveNoticeAction = defineOperatorAction({
  needs: 'admin',
  name: 'resolve-notice',
  input: z.strictObject({ noticeId: id('note'), reason }),
  run: ({ call, operator }, { noticeId, reason: resolution }) =>
    call.command(null, async (context) => {
      const resolved = await resolveNotice(context, { noticeId, by: operator.id, resolution })
      return resolved.ok ? noContent : notFound('Somebody has resolved it already.')
    }),
})

/** A renewal that was set aside is due again. */
export const tryRenewalAgainAction = defineOperatorAction({
  needs: 'admin',
  name: 'try-renewal-again',
  input: z.strictObject({ organizationId, subscriptionId: id('sub') }),
  run: ({ call }, input) =>
    call.command(input.organizationId, async (context) => {
      const freed = await tryRenewalAgain(context, input)
      return freed.ok ? noContent : notFound('It is not set aside any more.')
    }),
})
