import type { ReactNode } from 'react'
import { ApiKeys } from '@/components/developers/api-keys'
import { Deliveries } from '@/components/developers/deliveries'
import { EndpointActions } from '@/components/developers/endpoint-actions'
import { Endpoints } from '@/components/developers/endpoints'
import { ReferenceCard } from '@/components/developers/reference-card'
import { UsageByKey } from '@/components/developers/usage-by-key'
import { ChannelList } from '@/components/notifications/channel-list'
import { DeliveryLog } from '@/components/notifications/delivery-log'
import { MailRoutes } from '@/components/notifications/mail-routes'
import { OwnMail } from '@/components/notifications/own-mail'
import { Card } from '@/components/ui/card'
import type { OrganizationKeyView } from '@/lib/auth/organization-keys'
import type { ChannelView, DeliveryView, TopicView } from '@/lib/billing/views/notifications-page'
import { newId } from '@/lib/ids'
import type { EndpointView, DeliveryView as WebhookDeliveryView } from '@/lib/webhooks/views'
import { ARABIC_NAME, type GalleryArea, LONG_NAME, NOW, ORG, PERIOD } from '../state'

export const KEY: OrganizationKeyView = { id: newId('key'), name: 'Nightly report', hint: 'x7Qa', createdBy: 'Ada Lovelace', createdAt: NOW, lastUsedAt: NOW }
const KEYS: OrganizationKeyView[] = [
  KEY,
  { ...KEY, id: newId('key'), name: LONG_NAME, createdBy: null, lastUsedAt: null },
  { ...KEY, id: newId('key'), name: ARABIC_NAME, hint: null },
]
export const ENDPOINT: EndpointView = {
  id: newId('whk'),
  url: 'https://hooks.example.com/a/very/long/path/that/does/not/wrap/by/itself/headroom?tenant=analytical-engines',
  description: 'Books of the company',
  events: ['invoice.paid', 'usage.blocked'],
  state: 'enabled',
  disabledBecause: null,
  failingSince: null,
  createdAt: NOW,
  previousSecretUntil: PERIOD.end,
}
const ENDPOINTS: EndpointView[] = [
  ENDPOINT,
  { ...ENDPOINT, id: newId('whk'), state: 'failing', failingSince: NOW, previousSecretUntil: null },
  { ...ENDPOINT, id: newId('whk'), state: 'disabled', disabledBecause: 'failing', events: ['*'], description: '' },
]
const SENT: WebhookDeliveryView = {
  id: newId('del'),
  eventId: newId('whv'),
  type: 'invoice.paid',
  state: 'delivered',
  tries: 1,
  createdAt: NOW,
  triedAt: NOW,
  nextTryAt: null,
  responseStatus: 200,
  durationMs: 48,
  error: null,
}
const SENTS: WebhookDeliveryView[] = [
  SENT,
  { ...SENT, id: newId('del'), state: 'queued', tries: 3, nextTryAt: PERIOD.end, responseStatus: 503 },
  { ...SENT, id: newId('del'), state: 'failed', tries: 12, responseStatus: null, error: 'getaddrinfo ENOTFOUND hooks.example.com' },
]
export const CHANNEL: ChannelView = {
  id: newId('chan'),
  service: 'slack',
  name: 'Billing room',
  kinds: ['usage_alert_80', 'payment_failed'],
  hint: 'XXXX',
  paused: null,
  failingSince: null,
  lastDeliveredAt: NOW,
}
const CHANNELS: ChannelView[] = [
  CHANNEL,
  { ...CHANNEL, id: newId('chan'), service: 'discord', name: LONG_NAME, failingSince: NOW },
  { ...CHANNEL, id: newId('chan'), service: 'telegram', name: ARABIC_NAME, paused: 'refused', lastDeliveredAt: null },
  { ...CHANNEL, id: newId('chan'), paused: 'by_hand' },
]
export const TOPICS: TopicView[] = [
  { topic: 'usage', essential: [], optional: ['usage_alert_80'], posted: ['usage_alert_80'], audiences: ['owner', 'admin', 'billing'], muted: false },
  { topic: 'payments', essential: ['payment_failed'], optional: ['receipt'], posted: ['payment_failed', 'receipt'], audiences: ['owner'], muted: true },
]
export const EXPECTED = { slack: 'https://hooks.slack.com/services/', discord: 'https://discord.com/api/webhooks/', telegram: '' }
const MESSAGE: DeliveryView = {
  id: newId('msg'),
  kind: 'receipt',
  channel: 'email',
  recipient: 'a.very.long.address.that.does.not.wrap@subsidiary.analytical.example',
  state: 'sent',
  at: NOW,
  nextTryAt: null,
  problem: null,
  resend: 'needless',
}
const MESSAGES: DeliveryView[] = [
  MESSAGE,
  {
    ...MESSAGE,
    id: newId('msg'),
    channel: 'slack',
    recipient: 'Billing room',
    state: 'queued',
    nextTryAt: PERIOD.end,
    problem: { state: 'unreachable', detail: 'ETIMEDOUT' },
  },
  { ...MESSAGE, id: newId('msg'), channel: 'telegram', recipient: null, state: 'failed', problem: { state: 'removed', detail: '' }, resend: 'never' },
  { ...MESSAGE, id: newId('msg'), state: 'failed', problem: { state: 'mail', detail: '550 5.1.1 No such user here' }, resend: 'possible' },
]
const BILLING = 'billing' as const
const posted = TOPICS.map(({ topic, posted: kinds }) => ({ topic, kinds }))
const channels = (list: readonly ChannelView[], mayChange = true) => (
  <ChannelList channels={list} expected={EXPECTED} maximum={4} mayChange={mayChange} org={ORG} topics={posted} />
)

const table = (children: ReactNode) => (
  <Card flush title="—">
    {children}
  </Card>
)

export const connections: GalleryArea = {
  namespaces: ['developers', 'notifications', 'usage'],
  states: [
    { name: 'ApiKeys: none', card: <ApiKeys keys={[]} org={ORG} /> },
    { name: 'ApiKeys: several', card: <ApiKeys keys={KEYS} org={ORG} /> },
    { name: 'ApiKeys: no right to see them', card: <ApiKeys keys={null} org={ORG} /> },
    { name: 'Endpoints: none', card: <Endpoints endpoints={[]} org={ORG} /> },
    { name: 'Endpoints: enabled, failing, disabled', card: <Endpoints endpoints={ENDPOINTS} org={ORG} /> },
    { name: 'Endpoints: no right to see them', card: <Endpoints endpoints={null} org={ORG} /> },
    {
      name: 'Deliveries: of each state',
      card: table(<Deliveries deliveries={SENTS} endpoint={ENDPOINT.id} org={ORG} />),
    },
    { name: 'EndpointActions: enabled', card: <EndpointActions endpoint={ENDPOINT} org={ORG} /> },
    { name: 'EndpointActions: disabled', card: <EndpointActions endpoint={{ ...ENDPOINT, state: 'disabled', disabledBecause: 'failing' }} org={ORG} /> },
    { name: 'ReferenceCard', card: <ReferenceCard base="https://billing.example.com/api/v1" organizationId={newId('org')} /> },
    { name: 'UsageByKey: nothing is metered', card: <UsageByKey meters={[]} org={ORG} /> },
    { name: 'ChannelList: none', card: channels([]) },
    { name: 'ChannelList: as many as there may be, in each state', card: channels(CHANNELS) },
    { name: 'ChannelList: no right', card: channels(CHANNELS, false) },
    { name: 'MailRoutes: to choose', card: <MailRoutes hasExtra mayChange org={ORG} topics={TOPICS} /> },
    { name: 'MailRoutes: no right', card: <MailRoutes hasExtra={false} mayChange={false} org={ORG} topics={TOPICS} /> },
    { name: 'OwnMail: one of them off', card: <OwnMail email={MESSAGE.recipient ?? ''} org={ORG} role={BILLING} topics={TOPICS} /> },
    { name: 'DeliveryLog: nothing', card: table(<DeliveryLog deliveries={[]} failedOnly={false} mayChange org={ORG} />) },
    { name: 'DeliveryLog: nothing has failed', card: table(<DeliveryLog deliveries={[]} failedOnly mayChange org={ORG} />) },
    { name: 'DeliveryLog: of each state', card: table(<DeliveryLog deliveries={MESSAGES} failedOnly={false} mayChange org={ORG} />) },
  ],
}
