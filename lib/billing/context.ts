import type { Transaction } from '../../db/client'
import type { MemberId } from '../ids'

/** Who acts: written into the activity. */
export type Actor = MemberId | 'operator' | 'system'

/**
 * What every command is handed. The transaction is opened by the door (an action, the machine interface, a sweep), which
 * also decides under which role it runs; the command locks, decides and writes within it.
 */
export type CommandContext = { tx: Transaction; actor: Actor }
