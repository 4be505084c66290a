import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Headroom } from '../index'

/**
 * A company's own process, as tests run it beside others: serves as fast as it may, and writes a byte for each request before it serves the
 * next, so that whoever reads knows what it has served, also when it is killed. It ends when it is told to, and gives back what it holds.
 */
const STDOUT = 1
/** How often who was refused asks again. */
const ASKS_AGAIN_MS = 50

const { url, key, organization, meter, leaseSeconds, ended } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>
const client = new Headroom({
  url: url ?? '',
  key: key ?? '',
  leaseSeconds: Number(leaseSeconds),
  onRefused: (one) => console.error(JSON.stringify(one)),
  onTrouble: () => {}, // It is tried again; what is lost is what the test counts.
})
let isOver = false
process.on('SIGTERM', () => {
  isOver = true
})

/** A reader that is held up has room for a few hundred of them. */
async function tell(): Promise<void> {
  for (;;) {
    try {
      writeSync(STDOUT, '.')
      return
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EAGAIN') throw fault
      await sleep(1)
    }
  }
}

while (!isOver) {
  const decision = await client.check(organization ?? '', meter ?? '')
  if (decision.allowed) await tell()
  else if (ended === 'when refused' && decision.reason !== 'unreachable') isOver = true
  await sleep(decision.allowed ? 1 : ASKS_AGAIN_MS)
}
await client.close()
