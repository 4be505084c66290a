import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { createTeam, provideDatabase } from '../auth/testing/team'
import type { OrganizationId } from '../ids'
import type { Clock, Instant } from '../time'
import { webhookStage } from '../webhooks/testing/stage'
import { sendDueWebhooks, spreadEvents } from './send-webhooks'
import { later } from './testing/later'

provideDatabase()
const { receiver, soon, listen, happen, sweep, deliveriesTo } = webhookStage()
const at = (now: Instant): Clock => ({ now: () => now })

describe('a receiver that never answers', () => {
  const heardBy = (path: string) => receiver.received.filter((got) => got.path === `/${path}`).length

  /** Endpoints that hang until the one of another organization has heard its 30 events, and then hang up. */
  async function hearAll({ hanging, eventsEach }: { hanging: number; eventsEach: number }) {
    const [dead, alive] = [await createTeam('Hanging'), await createTeam('Alive')]
    for (let n = 0; n < hanging; n++) await listenAsOneOfMany(dead.organization.id, 'hanging')
    const well = await listen(alive.organization.id, ['*'], `${receiver.url}well`)
    for (let n = 0; n < eventsEach; n++) await happen(dead.organization.id)
    for (let n = 0; n < 30; n++) await happen(alive.organization.id)
    const held = later<'hang up'>()
    let begunToHanging = 0
    receiver.answer = ({ path }) => {
      if (path === '/hanging') return held.promise
      if (heardBy('well') === 30) {
        begunToHanging = heardBy('hanging')
        held.resolve('hang up')
      }
      return { status: 200, body: '' }
    }
    const swept = await sweep()
    return { swept, begunToHanging, toWell: await deliveriesTo(well.id), toHanging: await deliveriesOf(dead.organization.id) }
  }

  /** An organization has no more than twenty; here one stands for many. */
  async function listenAsOneOfMany(organizationId: OrganizationId, path: string): Promise<void> {
    const { organization } = await createTeam('One of many')
    const { id } = await listen(organization.id, ['*'], `${receiver.url}${path}`)
    await inEngine((tx) => tx.update(webhookEndpoints).set({ organizationId }).where(eq(webhookEndpoints.id, id)))
  }

  const deliveriesOf = (organizationId: OrganizationId) =>
    inEngine((tx) => tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.organizationId, organizationId)))

  it.each([
    { hanging: 1, eventsEach: 12, most: 4, why: 'where a single one hangs' },
    { hanging: 30, eventsEach: 4, most: 120, why: 'where thirty begin to hang' },
  ])('keeps nobody else waiting: another hears its 30 events before the first try has ended, $why (G86)', async ({ hanging, eventsEach, most }) => {
    const { swept, begunToHanging, toWell, toHanging } = await hearAll({ hanging, eventsEach })
    expect(swept).toMatchObject({ delivered: 30, postponed: hanging * eventsEach, failed: 0 })
    expect(toWell.map(({ state, tries }) => [state, tries])).toEqual(Array.from({ length: 30 }, () => ['delivered', 1]))
    // And none "No answer within 10 seconds": all of them were still being waited for.
    expect(new Set(toHanging.map(({ error }) => error))).toEqual(new Set(['socket hang up']))
    expect(begunToHanging).toBeLessThanOrEqual(most)
  })

  it('for longer than a lease lasts is sent to once a try, whoever looks meanwhile: nothing is claimed that is not sent at once (G86)', async () => {
    const [endpoints, eventsEach, together] = [30, 4, 8]
    const { organization } = await createTeam('Slow')
    for (let n = 0; n < endpoints; n++) await listenAsOneOfMany(organization.id, 'slow')
    for (let n = 0; n < eventsEach; n++) await happen(organization.id)
    let now = soon()
    const clock: Clock = { now: () => now }
    await spreadEvents(clock)
    const workers: Promise<{ delivered: number }>[] = []
    const held: (() => void)[] = []
    // Each is answered after nine seconds, eight at a time; then a worker that has only just started looks what is due.
    receiver.answer = async () => {
      const answered = later()
      held.push(answered.resolve)
      if (held.length === together) {
        now = now.add({ seconds: 9 })
        workers.push(sendDueWebhooks(clock))
        for (const release of held.splice(0)) release()
      }
      await answered.promise
      return { status: 200, body: '' }
    }
    workers.push(sendDueWebhooks(clock), sendDueWebhooks(clock))
    for (let ended = 0; ended < workers.length; ended++) await workers[ended]
    const deliveries = await deliveriesOf(organization.id)
    expect(deliveries).toHaveLength(endpoints * eventsEach)
    expect(deliveries.every(({ state, tries }) => state === 'delivered' && tries === 1)).toBe(true)
    expect(receiver.received).toHaveLength(deliveries.length)
  })

  it('and that comes to life again after its lease has no say: whoever took over has', async () => {
    const { organization } = await createTeam('Overtaken')
    const { id } = await listen(organization.id)
    await happen(organization.id)
    const [stopped, began] = [later<'hang up'>(), later()]
    receiver.answer = () => {
      began.resolve()
      return receiver.received.length === 1 ? stopped.promise : { status: 503, body: '' }
    }
    const now = soon()
    const first = sweep(now)
    await began.promise
    const afterLease = now.add({ minutes: 2 })
    expect(await sendDueWebhooks(at(afterLease))).toMatchObject({ postponed: 1 })
    stopped.resolve('hang up')
    await first
    const [delivery] = await deliveriesTo(id)
    expect(delivery).toMatchObject({ tries: 2, error: 'It answered 503', nextTryAt: afterLease.add({ minutes: 5 }) })
  })
})
