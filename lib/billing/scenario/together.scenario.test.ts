import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { usageSegments } from '@/db/schema'
import { newId } from '../../ids'
import { type Consume, type ConsumeAnswer, consume, consumeTogether } from '../../metering/consume'
import type { UsageEvent } from '../../metering/event'
import { recordTogether, recordUsage } from '../../metering/record-usage'
import { addDays } from '../../time'
import { closeDueFor } from '../flows/due-work'
import { recordAndCharge } from '../flows/use'
import { Dice, isDeep, seed } from '../testing/depth'
import { setClock } from '../testing/metered-organization'
import { buy } from '../testing/prepaid'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/**
 * What many callers ask at once is done in one transaction (A2, G47, G60, P7): each is answered, and everything is counted, as if they had
 * come one after the other.
 */

const stage = setStage()
const LIVES = isDeep ? 40 : 4
const GROUPS = 6

type Request = Omit<Consume, 'organizationId'>

const LIVES_OF = [
  { product: 'api-calls', plan: 'free', meters: ['calls', 'calls', 'no_such_meter'], most: 90 },
  { product: 'model-tokens', plan: 'prepaid', meters: ['input_tokens', 'output_tokens'], most: 90_000 },
  { product: 'screenshots', plan: 'basic', meters: ['screenshots'], most: 900 },
] as const

function requests(dice: Dice, meters: readonly string[], most: number): Request[] {
  return Array.from({ length: 1 + dice.below(12) }, () => ({
    // Some come twice, and some of those with other content.
    id: dice.below(4) === 0 ? `again-${dice.below(3)}` : newId('evt'),
    meter: dice.of(meters),
    quantity: BigInt(dice.below(5) === 0 ? 0 : dice.below(most)),
    key: null,
    properties: null,
  }))
}

type Told = { refused: string } | ConsumeAnswer

const told = (outcome: Awaited<ReturnType<typeof consume>>): Told => (outcome.ok ? outcome.value.answer : { refused: outcome.error.code })

async function twins(of: (typeof LIVES_OF)[number]): Promise<[Scenario, Scenario]> {
  const both: [Scenario, Scenario] = [await scenario(stage, of), await scenario(stage, of)]
  if (of.product === 'model-tokens') for (const life of both) await buy(life, 5_00)
  return both
}

function unitsOf({ subscriptionId }: Scenario) {
  return inEngine((tx) => tx.select({ units: usageSegments.units }).from(usageSegments).where(eq(usageSegments.subscriptionId, subscriptionId)))
}

describe('many in one transaction', () => {
  it.each(LIVES_OF)(`consumes of $product are answered as one after the other, seed ${seed}`, async (of) => {
    for (let life = 0; life < LIVES; life++) {
      const [alone, together] = await twins(of)
      const dice = new Dice(`together ${of.product} ${life}`)
      for (let group = 0; group < GROUPS; group++) {
        const asked = requests(dice, of.meters, of.most)
        const oneByOne: Told[] = []
        for (const request of asked) oneByOne.push(told(await first((context) => consume(context, { ...request, organizationId: alone.organizationId }))))
        const atOnce = await together.step(() =>
          first((context) =>
            consumeTogether(
              context,
              asked.map((request) => ({ ...request, organizationId: together.organizationId })),
            ),
          ),
        )
        expect(atOnce.map(told)).toEqual(oneByOne)
      }
    }
  })

  it(`bodies of usage are recorded as one after the other, seed ${seed}`, async () => {
    for (let life = 0; life < LIVES; life++) {
      const [alone, together] = await twins(LIVES_OF[0])
      const dice = new Dice(`together recorded ${life}`)
      for (let group = 0; group < GROUPS; group++) {
        const bodies = Array.from({ length: 1 + dice.below(6) }, () =>
          requests(dice, dice.below(3) === 0 ? LIVES_OF[0].meters : ['calls'], 900).map((request) => ({ ...request, timestamp: null })),
        )
        const of = ({ organizationId }: Scenario, body: (typeof bodies)[number]): UsageEvent[] => body.map((one) => ({ ...one, organizationId }))
        const oneByOne = []
        for (const body of bodies) oneByOne.push(await first((context) => recordUsage(context, of(alone, body))))
        const atOnce = await together.step(() =>
          first((context) =>
            recordTogether(
              context,
              bodies.map((body) => of(together, body)),
            ),
          ),
        )
        expect(atOnce).toEqual(oneByOne)
      }
      expect(await unitsOf(together)).toEqual(await unitsOf(alone))
    }
  })

  it('A2, G47: 30 that ask for 100 of 1,000 in one transaction: ten are served, and are told so in their order', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    const asked = Array.from({ length: 30 }, () => ({
      id: newId('evt'),
      organizationId: acme.organizationId,
      meter: 'calls',
      quantity: 100n,
      key: null,
      properties: null,
    }))
    const outcomes = await acme.step(() => first((context) => consumeTogether(context, asked)))
    const answers = outcomes.flatMap((one) => (one.ok ? [one.value.answer] : []))
    expect(answers.map(({ allowed }) => allowed)).toEqual([...Array(10).fill(true), ...Array(20).fill(false)])
    expect(answers.slice(0, 10).map(({ used }) => used)).toEqual(Array.from({ length: 10 }, (_, index) => BigInt(index + 1) * 100n))
  })

  it('C14, G5: whose period has ended, or whose usage buys something, is told to come alone; the others are served', async () => {
    const late = await scenario(stage, { plan: 'free' })
    const buys = await scenario(stage, { product: 'scrape-credits', plan: 'hobby', from: '2026-01-10T00:00:00Z' })
    expect(await buys.setLimits({ autoUpgrade: true })).toMatchObject({ ok: true })
    const acme = await scenario(stage, { plan: 'free' })
    const monthLater = addDays(await late.now(), 31)
    await inEngine((tx) => setClock(tx, late.clockId, monthLater))
    const all = 1_000_000_000n
    const body = (organizationId: Consume['organizationId'], meter: string, quantity: bigint): UsageEvent[] => [
      { id: newId('evt'), organizationId, meter, quantity, timestamp: null, key: null, properties: null },
    ]
    const bodies = [body(late.organizationId, 'calls', 1n), body(buys.organizationId, 'credits', all), body(acme.organizationId, 'calls', 7n)]
    expect(await inEngine((tx) => recordTogether({ tx, actor: 'operator' }, bodies))).toMatchObject([
      { ok: false, error: { code: 'behind', organizationIds: [late.organizationId] } },
      { ok: false, error: { code: 'sets_off', organizationIds: [buys.organizationId] } },
      { ok: true, value: { recorded: { accepted: 1 } } },
    ])
    await acme.expectBalanced()
  })

  it('C14: whose period somebody else closes at the same moment is served, and not sent away', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    const { organizationId, clockId, flow } = acme
    const monthLater = addDays(await acme.now(), 31)
    await inEngine((tx) => setClock(tx, clockId, monthLater))
    let closed = 0
    const whileClosing: typeof flow.first = async (work) => {
      const told = await flow.first(work)
      closed += await closeDueFor(flow.provider, [organizationId])
      return told
    }
    const event = { id: newId('evt'), organizationId, meter: 'calls', quantity: 1n, timestamp: null, key: null, properties: null }
    expect(await acme.step(() => recordAndCharge({ ...flow, first: whileClosing }, [event]))).toMatchObject({ ok: true, value: { accepted: 1 } })
    expect(closed).toBeGreaterThan(0)
  })
})
