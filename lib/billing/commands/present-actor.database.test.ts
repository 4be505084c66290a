import { describe, expect, it } from 'vitest'
import { asMember, createTeam, provideDatabase } from '../../auth/testing/team'
import { newId } from '../../ids'
import type { CommandContext } from '../context'
import { cancelSubscription, dropPendingChange, reactivateSubscription } from './cancel-subscription'
import { changeMemberRole } from './change-member-role'
import { changePlan } from './change-plan'
import { preparePayInvoice } from './pay-invoice'
import { quoteChange } from './quote-change'
import { openRefund } from './refund-invoice'
import { removeMember } from './remove-member'
import { previewCardUpdate } from './set-payment-method'
import { priceSubscription, subscribe } from './subscribe'

provideDatabase()

type Team = Awaited<ReturnType<typeof createTeam>>
type Run = (context: CommandContext, organizationId: Team['organization']['id']) => Promise<unknown>

const subscriptionId = newId('sub')
const documentId = newId('inv')

/** What a page's flow does after the door has let somebody in, perhaps minutes later: back from the bank, or behind a lock. */
const COMMANDS: { name: string; permission: string; run: Run }[] = [
  { name: 'quoteChange', permission: 'plan:write', run: (context, organizationId) => quoteChange(context, { organizationId, subscriptionId, plan: 'pro' }) },
  {
    name: 'changePlan',
    permission: 'plan:write',
    run: (context, organizationId) => changePlan(context, { organizationId, subscriptionId, quoteId: newId('quote') }),
  },
  {
    name: 'priceSubscription',
    permission: 'plan:write',
    run: (context, organizationId) => priceSubscription(context, { organizationId, product: 'api-calls', plan: 'pro' }),
  },
  { name: 'subscribe', permission: 'plan:write', run: (context, organizationId) => subscribe(context, { organizationId, product: 'api-calls', plan: 'free' }) },
  { name: 'cancelSubscription', permission: 'plan:write', run: (context, organizationId) => cancelSubscription(context, { organizationId, subscriptionId }) },
  {
    name: 'reactivateSubscription',
    permission: 'plan:write',
    run: (context, organizationId) => reactivateSubscription(context, { organizationId, subscriptionId }),
  },
  { name: 'dropPendingChange', permission: 'plan:write', run: (context, organizationId) => dropPendingChange(context, { organizationId, subscriptionId }) },
  { name: 'preparePayInvoice', permission: 'invoices:pay', run: (context, organizationId) => preparePayInvoice(context, { organizationId, documentId }) },
  { name: 'openRefund', permission: 'refunds:request', run: (context, organizationId) => openRefund(context, { organizationId, documentId }) },
  { name: 'previewCardUpdate', permission: 'payment:write', run: (context, organizationId) => previewCardUpdate(context, { organizationId }) },
]

describe('G84: a role that was taken away after the door was passed', () => {
  it.each(COMMANDS)('$name asks again, in its own transaction: demoted and removed are refused', async ({ permission, run }) => {
    const { organization, owner, members } = await createTeam('Acme', ['admin'])
    const [admin] = members
    if (!admin) throw new Error('no admin')
    const act = () => asMember(admin, organization, (context) => run(context, organization.id))
    expect(await act(), 'an admin may').not.toMatchObject({ error: { code: 'forbidden' } })
    const byOwner = { organizationId: organization.id, memberId: admin.id }
    expect(await asMember(owner, organization, (context) => changeMemberRole(context, { ...byOwner, role: 'member' }))).toMatchObject({ ok: true })
    expect(await act()).toEqual({ ok: false, error: { code: 'forbidden', permission } })
    expect(await asMember(owner, organization, (context) => removeMember(context, byOwner))).toMatchObject({ ok: true })
    expect(await act()).toEqual({ ok: false, error: { code: 'forbidden', permission } })
  })
})
