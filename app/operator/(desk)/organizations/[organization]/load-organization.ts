import { notFound } from 'next/navigation'
import { cache } from 'react'
import { inEngine } from '@/db/client'
import type { PresentOperator } from '@/lib/auth/operator-session'
import { requireOperator } from '@/lib/auth/present-operator'
import { type DeskOrganization, getDeskOrganization } from '@/lib/billing/views/desk-organization'
import { isId } from '@/lib/ids'

export type OrganizationPageProps = { params: Promise<{ organization: string }>; searchParams: Promise<{ before?: string | string[] }> }

/** Whose page it is and who looks, for every page about one organization. */
export const loadOrganization = cache(async (id: string): Promise<{ operator: PresentOperator; organization: DeskOrganization }> => {
  const operator = await requireOperator(`/operator/organizations/${id}`)
  const organization = isId('org', id) ? await inEngine((tx) => getDeskOrganization(tx, id)) : null
  return organization ? { operator, organization } : notFound()
})

/** The id after which a list goes on; a wrong one is a page that is not there. */
export function cursorOf<Prefix extends string>(prefix: Prefix, before: string | string[] | undefined) {
  if (before === undefined) return undefined
  return typeof before === 'string' && isId(prefix, before) ? before : notFound()
}
