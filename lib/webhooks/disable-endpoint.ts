import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { webhookEndpoints } from '../../db/schema'
import { recordAudit } from '../billing/commands/store/audit'
import { tellManagers } from '../billing/commands/store/messages'
import { readOrganizationTime } from '../billing/commands/store/organization'
import type { MessagePayload } from '../billing/message-payloads'
import type { WebhookEndpointId } from '../ids'
import type { Instant } from '../time'
import { giveUpWaiting } from './endpoints'

/** Switches an endpoint off that takes nothing any more, and tells those who can do something about it: once. */
export async function disableEndpoint(tx: Transaction, id: WebhookEndpointId, because: 'failing' | 'gone', at: Instant): Promise<void> {
  const [endpoint] = await tx
    .update(webhookEndpoints)
    .set({ disabledAt: at, disabledBecause: because })
    .where(and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.disabledAt), isNull(webhookEndpoints.deletedAt)))
    .returning()
  if (!endpoint) return
  await giveUpWaiting(tx, id, 'The endpoint was switched off')
  const { organizationId, url } = endpoint
  const here = organizationId && (await readOrganizationTime(tx, organizationId))
  if (!here) return // The operator's own: its list says so.
  const { organization, now } = here
  await recordAudit(tx, [
    { organizationId: organization.id, at: now, actor: 'system', action: 'webhook_endpoint.disabled', target: id, after: { url, reason: because } },
  ])
  const payload: MessagePayload<'webhook_disabled'> = {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    endpointId: id,
    url,
    because,
    failingSince: (endpoint.failingSince ?? at).toString(),
  }
  await tellManagers(tx, [{ organizationId: organization.id, kind: 'webhook_disabled', fact: `${id}:disabled:${at}`, at: now, payload }])
}
