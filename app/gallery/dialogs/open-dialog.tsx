'use client'

import type { ReactNode } from 'react'
import { AddCredit } from '@/components/credits/add-credit'
import { CreateKeyDialog } from '@/components/developers/create-key-dialog'
import { EndpointDialog } from '@/components/developers/endpoint-dialog'
import { DeleteEndpointDialog, RotateSecretDialog } from '@/components/developers/endpoint-questions'
import { RevokeKeyDialog } from '@/components/developers/revoke-key-dialog'
import { SecretDialog } from '@/components/developers/secret-dialog'
import { RefundInvoice } from '@/components/invoices/invoice-actions'
import { ChannelDialog } from '@/components/notifications/channel-dialog'
import { RemoveChannel } from '@/components/notifications/remove-channel'
import { EndSubscription } from '@/components/plan/end-subscription'
import { PlanDialog } from '@/components/plan/plan-dialog'
import { CloseDialog } from '@/components/settings/close-dialog'
import { InviteDialog } from '@/components/team/invite-dialog'
import { MemberDialog } from '@/components/team/member-dialog'
import { Card } from '@/components/ui/card'
import type { DialogSamples } from '../cards/dialog-samples'
import { GalleryQueries } from './gallery-queries'
import { type DialogName, QUOTED_NAMES, type QuotedName } from './names'
import { PressButton } from './press-button'

const close = () => {}

const QUOTED_DIALOGS = Object.fromEntries(
  QUOTED_NAMES.map((name) => [
    name,
    ({ org, quoted: { [name]: of } }: DialogSamples) => (
      <GalleryQueries quote={of.answer}>
        <PlanDialog action={of.action} isTrial={of.isTrial} onClose={close} org={org} product="api-calls" subscription={of.subscription} to={of.to} />
      </GalleryQueries>
    ),
  ]),
) as Record<QuotedName, (samples: DialogSamples) => ReactNode>

/** Every dialog, open. What one asks the server for is refused here, so it shows what it says then. */
const DIALOGS: Readonly<Record<DialogName, (samples: DialogSamples) => ReactNode>> = {
  'add-credit': ({ credits: { view, bought }, org }) => <AddCredit bought={bought} onClose={close} org={org} view={view} />,
  'add-credit-chosen': ({ credits: { view, bought }, org }) => (
    <PressButton of="[role=dialog] form button">
      <AddCredit bought={bought} onClose={close} org={org} view={view} />
    </PressButton>
  ),
  'add-credit-from-account': ({ credits: { view, bought }, org }) => (
    <PressButton of="[role=dialog] form button">
      <AddCredit bought={bought} onClose={close} org={org} view={{ ...view, account: { ...view.account, balance: bought.maximum } }} />
    </PressButton>
  ),
  'add-credit-out-of-range': ({ credits: { view, bought }, org }) => (
    <PressButton of="[role=dialog] [type=submit]">
      <AddCredit bought={bought} onClose={close} org={org} view={view} />
    </PressButton>
  ),
  invite: ({ org, seatPrice }) => <InviteDialog onClose={close} org={org} seatPrices={[seatPrice]} viewerRole="owner" />,
  'invite-without-right-to-owners': ({ org }) => <InviteDialog onClose={close} org={org} seatPrices={[]} viewerRole="admin" />,
  'member-last-owner': ({ org, name, owner }) => (
    <MemberDialog isSelf member={owner} onClose={close} org={org} organizationName={name} seatPrices={[]} viewerRole="owner" />
  ),
  'member-by-the-seat': ({ org, name, member, seatPrice }) => (
    <MemberDialog isSelf={false} member={member} onClose={close} org={org} organizationName={name} seatPrices={[seatPrice]} viewerRole="owner" />
  ),
  'member-without-right': ({ org, name, member }) => (
    <MemberDialog isSelf={false} member={member} onClose={close} org={org} organizationName={name} seatPrices={[]} viewerRole="member" />
  ),
  ...QUOTED_DIALOGS,
  'cancel-plan': ({ org, name, subscription }) => (
    <PressButton>
      <Card title="—">
        <EndSubscription canChange org={org} subscription={{ ...subscription, plan: { ...subscription.plan, name } }} />
      </Card>
    </PressButton>
  ),
  'cancel-prepaid': ({ org, subscription }) => (
    <PressButton>
      <Card title="—">
        <EndSubscription canChange org={org} subscription={{ ...subscription, plan: { ...subscription.plan, isPrepaid: true }, freePlan: null }} />
      </Card>
    </PressButton>
  ),
  refund: ({ org, refund }) => (
    <PressButton>
      <RefundInvoice {...refund} org={org} reason={null} />
    </PressButton>
  ),
  'create-key': ({ org }) => <CreateKeyDialog onClose={close} org={org} />,
  'revoke-key': ({ org, apiKey }) => <RevokeKeyDialog apiKey={apiKey} onClose={close} org={org} />,
  secret: ({ name }) => <SecretDialog body={name} onClose={close} secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" title={name} />,
  'new-endpoint': ({ org }) => <EndpointDialog endpoint={null} onClose={close} org={org} />,
  endpoint: ({ org, endpoint }) => <EndpointDialog endpoint={endpoint} onClose={close} org={org} />,
  'delete-endpoint': ({ org, endpoint }) => <DeleteEndpointDialog endpoint={endpoint} onClose={close} org={org} />,
  'rotate-secret': ({ org, endpoint }) => <RotateSecretDialog endpoint={endpoint} onClose={close} org={org} />,
  'new-channel': ({ org, topics, expected }) => <ChannelDialog channel={null} expected={expected} onClose={close} org={org} topics={topics} />,
  channel: ({ org, topics, expected, channel }) => <ChannelDialog channel={channel} expected={expected} onClose={close} org={org} topics={topics} />,
  'remove-channel': ({ org, channel }) => <RemoveChannel channel={channel} onClose={close} org={org} />,
  'close-organization': ({ org, name }) => <CloseDialog eraseDays={30} name={name} onClose={close} org={org} />,
}

export function OpenDialog({ name, samples }: { name: DialogName; samples: DialogSamples }) {
  return DIALOGS[name](samples)
}
