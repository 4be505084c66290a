import { randomBytes } from 'node:crypto'
import { inEngine } from '@/db/client'
import { operators } from '@/db/schema'
import { inviteOperator, openDeskBy } from '@/lib/auth/operators'
import type { SignIn } from './demo'

const EMAIL = 'operator@headroom.example'
const PASSWORD_BYTES = 12

/** The demo's operator, with a password of this installation's own. Null where somebody works at the desk already. */
export async function seedOperator(): Promise<SignIn | null> {
  if ((await inEngine((tx) => tx.$count(operators))) > 0) return null
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  const link = await inviteOperator({ email: EMAIL, role: 'admin', invitedBy: 'demo' })
  if (!link.ok) return null
  await openDeskBy({ token: link.value.token, password })
  return { name: 'Operator', email: EMAIL, password, role: 'operator, at /operator' }
}
