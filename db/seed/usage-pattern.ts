import { allocate, minor } from '@/lib/money'
import { type Instant, Temporal } from '@/lib/time'

/** A key of the customer's product, and how much of the traffic it makes. */
export type TrafficKey = { name: string; share: number }

export type PatternedCall = { at: Instant; key: string; meter: string; quantity: bigint }

/** Hours (UTC) at which calls are reported, and how busy they are. */
const HOURS = [
  { hour: 2, weight: 4 },
  { hour: 9, weight: 18 },
  { hour: 13, weight: 26 },
  { hour: 17, weight: 22 },
  { hour: 21, weight: 9 },
] as const
const WEEKEND = 0.35
const NOISE = 0.35
const SPIKE_DAYS = 1 / 23
const SPIKE = 2.6
const WEIGHT_SCALE = 10_000
const MONDAY_TO_FRIDAY = 5

/**
 * `total` calls over the hours of `[from, to)`, the same at every run: quiet weekends, busy afternoons, now and then a spike,
 * and a little more towards the end. They add up to `total` exactly.
 */
export function patternOf({
  from,
  to,
  total,
  keys,
  seed,
  meter = 'calls',
}: {
  from: Instant
  to: Instant
  total: bigint
  keys: readonly TrafficKey[]
  seed: string
  meter?: string
}): PatternedCall[] {
  const random = randomFrom(seed)
  const slots: { at: Instant; key: string; weight: bigint }[] = []
  const days = Math.ceil((to.epochMilliseconds - from.epochMilliseconds) / 86_400_000)
  for (let day = 0; day <= days; day++) {
    const date = from.toZonedDateTimeISO('UTC').add({ days: day }).toPlainDate()
    const weekly = date.dayOfWeek <= MONDAY_TO_FRIDAY ? 1 : WEEKEND
    const spike = random() < SPIKE_DAYS ? SPIKE : 1
    const daily = weekly * spike * (1 - NOISE / 2 + NOISE * random()) * (1 + day / days / 5)
    for (const { hour, weight } of HOURS) {
      const at = date.toZonedDateTime({ timeZone: 'UTC', plainTime: new Temporal.PlainTime(hour, Math.floor(random() * 50)) }).toInstant()
      const inside = at.epochMilliseconds >= from.epochMilliseconds && at.epochMilliseconds < to.epochMilliseconds
      for (const key of keys) {
        const busy = daily * weight * key.share * (1 - NOISE / 2 + NOISE * random())
        if (inside) slots.push({ at, key: key.name, weight: BigInt(Math.max(Math.round(busy * WEIGHT_SCALE), 1)) })
      }
    }
  }
  const quantities = allocate(
    minor(total),
    slots.map(({ weight }) => weight),
  )
  return slots.flatMap(({ at, key }, index) => {
    const quantity = quantities[index] ?? 0n
    return quantity > 0n ? [{ at, key, meter, quantity }] : []
  })
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: string): () => number {
  let state = 0
  for (const character of seed) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
