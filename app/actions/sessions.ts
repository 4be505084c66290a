'use server'

import { z } from 'zod'
import { endOneSession, endSessionsOf } from '@/lib/auth/account'
import { beginSession } from '@/lib/auth/session'
import { listSessions } from '@/lib/auth/sessions'
import { ok, refuse } from '@/lib/result'
import { defineAccountAction } from './define-action'

/** Refuses with `not_found`. */
export const endSessionAction = defineAccountAction({
  input: z.strictObject({ session: z.uuid() }),
  run: async ({ id: userId }, { session }) => {
    const isTheirs = (await listSessions(userId)).some(({ id }) => id === session)
    if (!isTheirs) return refuse({ code: 'not_found' as const })
    await endOneSession({ userId, session })
    return ok(null)
  },
})

/** Also those that were begun and never used; this browser gets another. Refuses with `signed_out` where all were ended meanwhile. */
export const endOtherSessionsAction = defineAccountAction({
  input: z.strictObject({}),
  run: async (account) => {
    const sessionVersion = await endSessionsOf(account)
    if (sessionVersion === null) return refuse({ code: 'signed_out' as const })
    await beginSession({ id: account.id, sessionVersion }, 'renewed')
    return ok(null)
  },
})
