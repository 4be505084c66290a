'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { beginVisit, endVisit } from '@/lib/auth/begin-visit'
import { getOperator } from '@/lib/auth/present-operator'
import { visitCookieName, visitCookieOptions } from '@/lib/auth/visit'
import { isId } from '@/lib/ids'
import { registerAction } from '../registry'

/** Opens a customer's pages as one of their members sees them, without a right to change anything. Support may, too (G85). */
export const beginVisitAction = registerAction(
  async (organizationId: unknown, memberId: unknown): Promise<void> => {
    const operator = await getOperator()
    if (!operator) redirect('/operator/sign-in?reason=ended')
    const named = typeof organizationId === 'string' && isId('org', organizationId) && typeof memberId === 'string' && isId('mem', memberId)
    const visit = named ? await beginVisit(operator, { organizationId, memberId }) : null
    if (!visit) redirect('/operator')
    const jar = await cookies()
    jar.set(visitCookieName(), visit.token, visitCookieOptions())
    redirect(`/${visit.slug}`)
  },
  { access: 'operator' },
)

/** Back to the desk. For anyone: whoever has the cookie may be rid of it. */
export const leaveVisitAction = registerAction(
  async (): Promise<void> => {
    const jar = await cookies()
    const token = jar.get(visitCookieName())?.value
    const organizationId = token ? await endVisit(token) : null
    jar.set(visitCookieName(), '', { ...visitCookieOptions(), maxAge: 0 })
    redirect(organizationId ? `/operator/organizations/${organizationId}` : '/operator')
  },
  { access: 'anyone' },
)
