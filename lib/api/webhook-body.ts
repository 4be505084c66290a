import { eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { organizations, webhookEndpoints, type webhookEvents } from '../../db/schema'
import { findDocument } from '../billing/views/documents'
import { findMemberEver } from '../billing/views/members'
import { findOrganization } from '../billing/views/organizations'
import { findSubscription } from '../billing/views/subscriptions'
import { getUsageCard } from '../billing/views/usage'
import { isId, type OrganizationId } from '../ids'
import { creditsAnswer } from './credits-answer'
import { germanBody } from './german/word-german'
import { presentInvoice } from './present/invoices'
import { presentMember, presentOrganization } from './present/organizations'
import { presentSubscription } from './present/subscriptions'
import { presentUsageCard } from './present/usage'
import { at } from './present/values'
import { presentEndpoint } from './present/webhooks'

export type WebhookEvent = typeof webhookEvents.$inferSelect

/** What is sent of an event (G86): `data` as the object's GET answers now, null where there is no such object any more. */
export async function webhookBody(tx: Transaction, event: WebhookEvent): Promise<string> {
  const { id, type, organizationId: organization } = event
  const data = await readSubject(tx, event)
  return JSON.stringify({
    id,
    type,
    created_at: at(event.at),
    organization,
    data: organization && (await speaksGerman(tx, organization)) ? germanBody(data) : data,
  })
}

/** What is sent reads as what is asked for: in the organization's language. */
async function speaksGerman(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const [found] = await tx.select({ language: organizations.language }).from(organizations).where(eq(organizations.id, organizationId))
  return found?.language === 'de'
}

async function readSubject(tx: Transaction, { organizationId, subjectKind, subjectId: id }: WebhookEvent): Promise<unknown> {
  if (subjectKind === 'webhook_endpoint') {
    const [endpoint] = isId('whk', id) ? await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)) : []
    return endpoint ? presentEndpoint(endpoint) : null
  }
  if (organizationId === null) return null
  switch (subjectKind) {
    case 'organization': {
      const found = await findOrganization(tx, organizationId, { evenDeleted: true })
      return found && presentOrganization(found)
    }
    case 'member': {
      const found = isId('mem', id) ? await findMemberEver(tx, organizationId, id) : null
      return found && presentMember(found)
    }
    case 'subscription': {
      const found = isId('sub', id) ? await findSubscription(tx, organizationId, id, { evenGivenUp: true }) : null
      return found && presentSubscription(found)
    }
    case 'usage': {
      const found = isId('sub', id) ? await getUsageCard(tx, { organizationId, subscriptionId: id }) : null
      return found && presentUsageCard(found)
    }
    case 'invoice': {
      const found = isId('inv', id) ? await findDocument(tx, organizationId, id) : null
      return found && presentInvoice(found)
    }
    case 'credits': {
      const { status, body } = await creditsAnswer(tx, organizationId)
      return status === 200 ? body : null
    }
  }
}
