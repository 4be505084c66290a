'use server'

import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { apiKeys } from '@/db/schema'
import { noContent, notFound, okay } from '@/lib/api/answer'
import { forgetKey, insertApiKey, KEY_SCOPES } from '@/lib/auth/api-keys'
import { ok } from '@/lib/result'
import { systemClock } from '@/lib/time'
import { defineOperatorAction } from './define-operator-action'
import { id } from './fields'

const LABEL_LENGTH = 80

/**
 * A key that acts on every organization (G83). It is in this answer and nowhere else: what is kept of the request for a second
 * press knows its id alone.
 */
export const createOperatorKeyAction = defineOperatorAction({
  needs: 'admin',
  name: 'create-key',
  input: z.strictObject({ label: z.string().trim().min(1, 'must be given').max(LABEL_LENGTH), scope: z.enum(KEY_SCOPES) }),
  run: async ({ call }, input) => {
    let secret: string | null = null
    const answer = await call.command(null, async ({ tx }) => {
      const made = await insertApiKey(tx, input)
      secret = made.key
      return okay({ id: made.id })
    })
    return secret ? ok({ secret }) : answer
  },
})

/** Works for another process's few seconds at most. */
export const revokeOperatorKeyAction = defineOperatorAction({
  needs: 'admin',
  name: 'revoke-key',
  input: z.strictObject({ keyId: id('key') }),
  run: async ({ call }, { keyId }) => {
    const answer = await call.command(null, async ({ tx }) => {
      const revoked = await tx
        .update(apiKeys)
        .set({ revokedAt: systemClock.now() })
        .where(and(eq(apiKeys.id, keyId), isNull(apiKeys.organizationId), isNull(apiKeys.revokedAt)))
        .returning({ id: apiKeys.id })
      return revoked.length > 0 ? noContent : notFound('It is revoked already.')
    })
    forgetKey(keyId)
    return answer
  },
})
