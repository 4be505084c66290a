import { pathToFileURL } from 'node:url'
import { builtProgram } from '../../platform/build'

/**
 * One of the product's programs in a process of its own, to be killed: `web` (the machine interface), `pages` (the whole web server, as it
 * was built), `worker` or `sandbox`.
 * Told where, it kills itself or another as it passes there.
 */
export type ProgramName = 'web' | 'worker' | 'sandbox'
export type Order = { place: string; victim: number }

process.on('message', ({ place, victim }: Order) => {
  process.env.HEADROOM_FAILPOINT = place
  process.env.HEADROOM_FAILPOINT_KILLS = String(victim)
  process.send?.('armed')
})

switch (process.argv[2] as ProgramName | 'pages') {
  case 'web':
    await import('../../client/testing/web-process')
    break
  case 'pages':
    await import(pathToFileURL(builtProgram(process.cwd(), 'server')).href)
    break
  case 'worker':
    await import('../../worker')
    break
  case 'sandbox':
    await import('../../payments/sandbox/main')
    break
}
