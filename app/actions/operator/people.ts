'use server'

import { z } from 'zod'
import { noContent } from '@/lib/api/answer'
import { erasePerson } from '@/lib/billing/commands/erase-person'
import { refuse } from '@/lib/result'
import { defineOperatorAction } from './define-operator-action'

/** For somebody who asks to be forgotten, and belongs nowhere any more. Refuses with `not_found`, `still_member`. */
export const erasePersonAction = defineOperatorAction({
  needs: 'admin',
  name: 'erase-person',
  input: z.strictObject({ email: z.email().max(254) }),
  run: async ({ call }, input) => {
    let refusal: { code: string } | null = null
    const answer = await call.command(null, async (context) => {
      const erased = await erasePerson(context, input)
      if (!erased.ok) refusal = erased.error
      return noContent
    })
    return refusal === null ? answer : refuse(refusal)
  },
})
