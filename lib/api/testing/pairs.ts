import { describe, expect, it } from 'vitest'
import type { Customer } from './customer'
import type { Json, Reply, RunningInterface } from './running-interface'
import { activity, send, told, type Wish } from './twice'

/** Two different wishes that stand against each other, and what may come of them. */
export type Pair = {
  name: string
  /** `[what the first was told, what the second was]`, in every order that is right. */
  outcomes: readonly (readonly [string, string])[]
  prepare(api: RunningInterface): Promise<{
    customer: Customer | null
    wishes: readonly [Wish, Wish]
    /** What holds afterwards, given what each was told. */
    end(first: Reply, second: Reply): Promise<void>
  }>
}

/** Each pair is sent in both orders, because the one that is sent first tends to win. */
export function testPairs(api: RunningInterface, pairs: readonly Pair[]): void {
  describe.each(pairs)('$name', ({ outcomes, prepare }) => {
    it.each(['the first sent first', 'the second sent first'])('%s', async (order) => {
      const { customer, wishes, end } = await prepare(api)
      const isTurned = order === 'the second sent first'
      const sent = await Promise.all((isTurned ? [wishes[1], wishes[0]] : wishes).map((wish) => send(api, wish)))
      const [first, second] = (isTurned ? sent.reverse() : sent) as [Reply, Reply]
      expect(outcomes, JSON.stringify([first.body, second.body])).toContainEqual([told(first), told(second)])
      await end(first, second)
      await customer?.balanced(Promise.resolve())
    })
  })
}

/** Either is done and the other one is told why not. */
export const oneOf = (...codes: string[]): Pair['outcomes'] => codes.flatMap((code) => [['done', code] as const, [code, 'done'] as const])
export const BOTH: Pair['outcomes'] = [['done', 'done']]

/** Each entry of the activity begins from what the one before it left; answers what the last one left. */
export async function expectChain(customer: Customer, action: string, field: string): Promise<Json> {
  const entries = await activity(customer, action)
  for (const [index, entry] of entries.slice(1).entries()) expect(entry.before[field]).toEqual(entries[index]?.after[field])
  return entries.at(-1)?.after[field]
}
