import { eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { webhookEvents } from '../../db/schema'
import { changeMemberRole } from '../billing/commands/change-member-role'
import { deleteOrganization } from '../billing/commands/delete-organization'
import { removeMember } from '../billing/commands/remove-member'
import { updateOrganization } from '../billing/commands/update-organization'
import { buy, recharge } from '../billing/testing/prepaid'
import { first, type Scenario, scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { isId, type MemberId } from '../ids'
import { minor } from '../money'
import { EVENT_TYPES, type EventType } from './event-types'
import { tellUnblocked } from './tell-unblocked'
import { webhookStage } from './testing/stage'

/** G86: each type by what causes it, from the command to a receiver that verifies the signature. */

const stage = setStage()
const { receiver, listen, happen, sweep } = webhookStage()

type Cause = {
  cause: string
  facts?: Parameters<typeof scenario>[1]
  /** What nobody hears of. */
  before?: (acme: Scenario) => Promise<unknown>
  /** A member's id where the event is about one. */
  happens: (acme: Scenario) => Promise<unknown>
  /** All that is told of it. */
  tells: readonly EventType[]
}

const DECLINED = 'pm_card_chargeCustomerFail'
const tokens = { product: 'model-tokens', plan: 'prepaid' }
const OUTPUT = { meter: 'output_tokens' }
/** One dollar's worth. */
const DOLLAR = 100_000
let member: MemberId
const joined = async ({ organizationId }: Scenario) => {
  member = (await happen(organizationId)).id
}

const CAUSES: readonly Cause[] = [
  {
    cause: 'an organization has its name changed',
    happens: ({ organizationId }) => first((context) => updateOrganization(context, { organizationId, name: 'Acme & Daughters' })),
    tells: ['organization.updated'],
  },
  {
    cause: 'an organization is deleted',
    facts: { plan: null, card: null },
    happens: ({ organizationId }) => first((context) => deleteOrganization(context, { organizationId })),
    tells: ['organization.deleted'],
  },
  { cause: 'somebody is added', facts: { plan: null }, happens: joined, tells: ['member.added'] },
  {
    cause: 'somebody gets another role',
    facts: { plan: null },
    before: joined,
    happens: ({ organizationId }) => first((context) => changeMemberRole(context, { organizationId, memberId: member, role: 'billing' })),
    tells: ['member.role_changed'],
  },
  {
    cause: 'somebody is removed',
    facts: { plan: null },
    before: joined,
    happens: ({ organizationId }) => first((context) => removeMember(context, { organizationId, memberId: member })),
    tells: ['member.removed'],
  },
  {
    cause: 'a plan is subscribed to',
    facts: { plan: null },
    happens: (acme) => acme.subscribe('basic'),
    tells: ['subscription.created', 'invoice.issued', 'invoice.paid'],
  },
  { cause: 'a larger plan is taken', happens: (acme) => acme.change('pro'), tells: ['subscription.changed', 'invoice.issued', 'invoice.paid'] },
  {
    cause: 'a smaller plan is taken, and what is left of the larger one is credited',
    happens: (acme) => acme.change('free'),
    tells: ['subscription.changed', 'invoice.issued', 'credit.granted'],
  },
  { cause: 'a period ends', happens: (acme) => acme.walkTo('2026-01-31T00:00:00Z'), tells: ['subscription.renewed', 'invoice.issued', 'invoice.paid'] },
  { cause: 'a plan is cancelled', happens: (acme) => acme.cancel(), tells: ['subscription.cancel_scheduled'] },
  { cause: 'a cancellation is taken back', before: (acme) => acme.cancel(), happens: (acme) => acme.reactivate(), tells: ['subscription.reactivated'] },
  {
    cause: 'a cancelled plan comes to its end',
    facts: { ...tokens, plan: 'monthly' },
    before: (acme) => acme.cancel(),
    happens: (acme) => acme.walkTo('2026-02-01T00:00:00Z'),
    tells: ['subscription.ended'],
  },
  {
    cause: 'a renewal is declined',
    before: (acme) => acme.payWith(DECLINED),
    happens: (acme) => acme.walkTo('2026-01-31T00:00:00Z'),
    tells: ['subscription.renewed', 'subscription.past_due', 'invoice.issued', 'invoice.payment_failed'],
  },
  {
    cause: 'a renewal is declined for the last time, of a product without a free plan',
    facts: { ...tokens, plan: 'monthly' },
    async before(acme) {
      await acme.use(20 * DOLLAR, OUTPUT)
      await acme.payWith(DECLINED)
      await acme.walkTo('2026-02-07T00:00:00Z')
    },
    happens: (acme) => acme.walkTo('2026-02-08T00:00:00Z'),
    tells: ['subscription.unpaid', 'invoice.payment_failed'],
  },
  { cause: 'usage passes 80 %', facts: { plan: 'free' }, happens: (acme) => acme.consume(800), tells: ['usage.threshold_reached'] },
  {
    cause: 'requests are refused, until they are allowed again',
    facts: { plan: 'free' },
    before: (acme) => acme.consume(1_000),
    async happens(acme) {
      await acme.consume(1)
      await acme.change('basic')
      await tellUnblocked()
    },
    tells: ['usage.blocked', 'usage.unblocked', 'subscription.changed', 'invoice.issued', 'invoice.paid'],
  },
  {
    cause: 'paying as one goes is switched on',
    facts: { product: 'scrape-credits', plan: 'scaling' },
    happens: (acme) => acme.setLimits({ payAsYouGo: { enabled: true, cap: minor(10_00n) } }),
    tells: ['limits.updated'],
  },
  {
    cause: 'the bank wants a payment confirmed',
    before: (acme) => acme.payWith('pm_card_authenticationRequired'),
    happens: (acme) => acme.change('pro'),
    tells: ['invoice.issued', 'invoice.action_required'],
  },
  {
    cause: 'a purchase is declined',
    facts: tokens,
    before: (acme) => acme.payWith(DECLINED),
    happens: (acme) => buy(acme, 20_00),
    tells: ['invoice.issued', 'invoice.payment_failed', 'invoice.voided'],
  },
  {
    cause: 'a payment is sent back, and its plan ends with it',
    happens: async (acme) => acme.refund((await acme.latestDocument()).id),
    tells: ['subscription.ended', 'invoice.refunded'],
  },
  { cause: 'credit is bought', facts: tokens, happens: (acme) => buy(acme, 20_00), tells: ['credit.granted', 'invoice.issued', 'invoice.paid'] },
  {
    cause: 'credit falls below the mark and is bought by itself',
    facts: tokens,
    async before(acme) {
      await buy(acme, 20_00)
      await recharge(acme, { threshold: 10_00, amount: 20_00 })
    },
    happens: (acme) => acme.use(11 * DOLLAR, OUTPUT),
    tells: ['credit.low', 'auto_recharge.succeeded', 'credit.granted', 'invoice.issued', 'invoice.paid'],
  },
  {
    cause: 'credit cannot be bought by itself for the third time in a row',
    facts: tokens,
    async before(acme) {
      await buy(acme, 20_00)
      await recharge(acme, { threshold: 10_00, amount: 20_00 })
      await acme.payWith(DECLINED)
      await acme.use(11 * DOLLAR, OUTPUT)
      await acme.use(1, OUTPUT)
    },
    happens: (acme) => acme.use(1, OUTPUT),
    tells: ['credit.low', 'auto_recharge.failed', 'auto_recharge.turned_off', 'invoice.issued', 'invoice.payment_failed', 'invoice.voided'],
  },
  {
    cause: 'credit is about to expire',
    facts: tokens,
    async before(acme) {
      await buy(acme, 20_00)
      await acme.walkTo('2026-12-01T23:00:00Z')
    },
    happens: (acme) => acme.walkTo('2026-12-02T00:00:00Z'),
    tells: ['credit.expiring'],
  },
  {
    cause: 'credit expires',
    facts: tokens,
    async before(acme) {
      await buy(acme, 20_00)
      await acme.walkTo('2026-12-31T12:00:00Z')
    },
    happens: (acme) => acme.walkTo('2027-01-01T00:00:00Z'),
    tells: ['credit.expired', 'credit.low', 'subscription.renewed'],
  },
]

/** Verified, in the order of their types. */
function heard(secret: string) {
  return receiver.received
    .map(
      ({ body, headers }) => new Webhook(secret).verify(body, headers) as { id: string; type: EventType; organization: string; data: Record<string, unknown> },
    )
    .toSorted((one, other) => EVENT_TYPES.indexOf(one.type) - EVENT_TYPES.indexOf(other.type))
}

const inOrder = (types: readonly EventType[]) => EVENT_TYPES.filter((type) => types.includes(type))

/** What an event of this type is about, and what of it stands in its `data`. */
async function subjectOf(type: EventType, acme: Scenario): Promise<{ id: string; data: Record<string, unknown> }> {
  const { organizationId } = acme
  switch (type.split('.')[0]) {
    case 'organization':
      return { id: organizationId, data: { id: organizationId } }
    case 'member':
      return { id: member, data: { id: member } }
    case 'subscription':
    case 'limits':
      return { id: acme.subscriptionId, data: { id: acme.subscriptionId } }
    case 'usage':
      return { id: acme.subscriptionId, data: { subscription: acme.subscriptionId } }
    case 'invoice': {
      const { id } = await acme.latestDocument()
      return { id, data: { id } }
    }
    default:
      return { id: organizationId, data: { currency: 'usd', prepaid_balance: expect.any(String) } }
  }
}

async function subjectKept(id: string): Promise<string | undefined> {
  if (!isId('evt', id)) throw new Error(`${id} is no event`)
  const [row] = await inEngine((tx) => tx.select({ subjectId: webhookEvents.subjectId }).from(webhookEvents).where(eq(webhookEvents.id, id)))
  return row?.subjectId
}

describe('an endpoint that hears everything is told once, signed, of what it is about (G86), where', () => {
  it.each(CAUSES.map((cause) => [cause.cause, cause] as const))('%s', async (_, { facts, before, happens, tells }) => {
    const acme = await scenario(stage, facts)
    await before?.(acme)
    const { secret } = await listen(null, ['*'])
    await happens(acme)
    await sweep()
    const events = heard(secret)
    expect(events.map(({ type }) => type)).toEqual(inOrder(tells))
    for (const event of events) {
      const subject = await subjectOf(event.type, acme)
      expect(event, event.type).toMatchObject({ organization: acme.organizationId, data: subject.data })
      expect(await subjectKept(event.id), event.type).toBe(subject.id)
    }
  })

  it('an organization comes to be', async () => {
    const { secret } = await listen(null, ['*'])
    const acme = await scenario(stage, { plan: null, card: null })
    await sweep()
    const { organizationId } = acme
    expect(heard(secret)).toMatchObject([
      { type: 'organization.created', organization: organizationId, data: { id: organizationId, name: 'Acme' } },
      { type: 'member.added', organization: organizationId, data: { role: 'owner' } },
    ])
  })
})

it('every type that can be heard has its cause here', () => {
  const caused = new Set<EventType>(['organization.created', ...CAUSES.flatMap(({ tells }) => tells)])
  expect(EVENT_TYPES.filter((type) => !caused.has(type))).toEqual([])
})
