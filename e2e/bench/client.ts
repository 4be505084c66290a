import { setImmediate as breathe } from 'node:timers/promises'
import { Headroom } from '../../lib/client/index'
import { uuidOf } from '../../lib/ids'
import type { Figure } from './measure'
import type { Stage } from './stage'

/** Decisions between two looks at what came in from the network: a process that serves requests looks more often. */
const BURST = 20_000

/** `check` of `@headroom/client` in one process, every unit of it leased and settled over HTTP. */
export async function benchClient(stage: Stage, { seconds }: { seconds: number }): Promise<Figure[]> {
  const [customer] = await stage.customers(1)
  if (!customer) throw new Error('there is nobody')
  const { url, apiKey: key } = stage
  const fail = (refused: unknown) => {
    throw new Error(JSON.stringify(refused))
  }
  const client = new Headroom({ url, key, onRefused: fail, largestLease: 50_000_000 })
  const decide = async (until: number) => {
    let decisions = 0
    while (performance.now() < until) {
      for (let one = 0; one < BURST; one++) {
        const decision = client.check(customer.id, 'requests')
        if (!('allowed' in decision ? decision : await decision).allowed) throw new Error('it was refused')
      }
      decisions += BURST
      await breathe()
    }
    return decisions
  }
  const warmed = await decide(performance.now() + seconds * 250)
  const began = performance.now()
  const decisions = await decide(began + seconds * 1_000)
  const rate = decisions / ((performance.now() - began) / 1_000)
  await client.close()
  const { rows } = await stage.sql.query<{ units: string }>("SELECT units FROM usage_segments WHERE subscription_id = $1 AND meter = 'requests'", [
    uuidOf('sub', customer.subscription),
  ])
  if (rows[0]?.units !== String(warmed + decisions)) throw new Error(`${warmed + decisions} were decided, and ${rows[0]?.units} counted`)
  return [{ section: 'Client', what: 'check in process', value: rate, unit: 'decisions a second', bound: { type: 'at least', value: 1_000_000 } }]
}
