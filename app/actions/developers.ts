'use server'

import { z } from 'zod'
import { createOrganizationKey, revokeOrganizationKey } from '@/lib/auth/organization-keys'
import { type ApiKeyId, isId } from '@/lib/ids'
import { ok } from '@/lib/result'
import { defineAction } from './define-action'

const keyId = z.custom<ApiKeyId>((value) => typeof value === 'string' && isId('key', value))

/** Answers the key itself, this once. Refuses with `CreateKeyRefusal`. */
export const createKeyAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ name: z.string().trim().min(1).max(100) }),
  run: async (context, { name }) => {
    const created = await createOrganizationKey(context, { organizationId: context.viewer.organization.id, name })
    return created.ok ? ok({ key: created.value.key }) : created
  },
})

/** Refuses with `RevokeKeyRefusal`. */
export const revokeKeyAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ keyId }),
  run: (context, input) => revokeOrganizationKey(context, { ...input, organizationId: context.viewer.organization.id }),
})
