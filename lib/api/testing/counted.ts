import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '../../../db/client'
import { usageEvents, usageLeases, usageSegments } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import type { Json, Reply } from './running-interface'
import { told } from './twice'

/** What somebody asked of the interface, and what they were told. */
export type Asked = { name: string; path: string; body: Json; reply: Reply }

/** `[id, units]` of what an answer says is counted, now or before. */
function countedBy({ name, path, body, reply }: Asked): [string, number][] {
  if (told(reply) !== 'done') return []
  switch (name) {
    case 'POST /usage':
      return body.events.map(({ id, quantity }: Json) => [id, quantity])
    case 'POST /consume':
      return reply.body.allowed ? [[body.id, body.quantity]] : []
    case 'POST /leases/{lease}/settle':
      return [[path.split('/')[2] ?? '', reply.body.used]]
    default:
      return []
  }
}

/** Of an event that was let through, or of a lease. */
function letThrough({ name, body, reply }: Asked): string[] {
  if (told(reply) !== 'done') return []
  if (name === 'POST /leases' && reply.body.id !== null) return [reply.body.id]
  return name === 'POST /consume' && reply.body.allowed ? [body.id] : []
}

type Place = { subscriptionId: string; meter: string; periodStart: { toString(): string } }
const placeOf = ({ subscriptionId, meter, periodStart }: Place, position: number) => `${subscriptionId} ${meter} ${periodStart} ${position}`

/**
 * Each event that somebody was told of is there once with its units, and none besides; and where something was let through or
 * set aside, all of that fits what its plan had.
 */
export async function expectCountedAsTold(organization: string, asked: readonly Asked[]): Promise<void> {
  const organizationId = organization as OrganizationId
  const [events, leases, segments] = await inEngine(async (tx) => [
    await tx.select().from(usageEvents).where(eq(usageEvents.organizationId, organizationId)),
    await tx.select().from(usageLeases).where(eq(usageLeases.organizationId, organizationId)),
    await tx.select().from(usageSegments).where(eq(usageSegments.organizationId, organizationId)),
  ])
  const byId = (one: [string, number], other: [string, number]) => (one[0] < other[0] ? -1 : 1)
  expect(events.map(({ id, quantity }): [string, number] => [id, Number(quantity)]).sort(byId), 'what is counted').toEqual(
    [...new Map(asked.flatMap(countedBy))].sort(byId),
  )
  const passed = asked.flatMap(letThrough)
  const places = [...events, ...leases].filter(({ id }) => passed.includes(id)).map((row) => placeOf(row, row.segment))
  expect(places.length, 'places where something was let through').toBe(new Set(passed).size)
  for (const segment of segments.filter((row) => row.overLimit === 'block' && places.includes(placeOf(row, row.position)))) {
    const aside = leases.filter((lease) => lease.settledUnits === null && placeOf(lease, lease.segment) === placeOf(segment, segment.position))
    const promised = aside.reduce((sum, { granted }) => sum + granted, 0n)
    expect(segment.countedAtStart + segment.units + promised, `let through on ${segment.plan}`).toBeLessThanOrEqual(segment.limitUnits ?? 0n)
  }
}
