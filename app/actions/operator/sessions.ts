'use server'

import { z } from 'zod'
import { endOperatorSessionByHash, endOtherOperatorSessions } from '@/lib/auth/operator-session'
import { ok, refuse } from '@/lib/result'
import { defineOwnOperatorAction } from './define-operator-action'

/** Refuses with `not_found`. */
export const endOperatorSessionAction = defineOwnOperatorAction({
  input: z.strictObject({ session: z.string().max(100) }),
  run: async ({ id }, { session }) => ((await endOperatorSessionByHash(id, session)) ? ok(null) : refuse({ code: 'not_found' as const })),
})

/** And the looks at customers' pages that were begun in them. */
export const endOtherOperatorSessionsAction = defineOwnOperatorAction({
  input: z.strictObject({}),
  run: async ({ id, sessionHash }) => {
    await endOtherOperatorSessions(id, sessionHash)
    return ok(null)
  },
})
