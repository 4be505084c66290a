import type { BeginExportRefusal } from '../billing/commands/begin-export'
import { ok, type Result, refuse } from '../result'
import { addMinutes, systemClock } from '../time'

/** Each holds a connection of the database and packs with this process's core, which everybody else's requests need too. */
export const EXPORTS_AT_ONCE = 2
const MINUTES_TO_NEXT_TRY = 1

/** Of the process, though its module graph may exist twice (see `db/client.ts`). */
const TURNS = Symbol.for('headroom.export.turns')
const shared = globalThis as typeof globalThis & { [TURNS]?: { taken: number } }

/** Keeps the turn until an export has ended: wraps what is done then. */
export type KeepTurn = (ended: () => Promise<void>) => () => Promise<void>
export type ExportNotYet = Extract<BeginExportRefusal, { code: 'export_not_yet' }>

/**
 * Does what begins an export of whichever organization, where fewer than two are under way in this process; whoever is refused may come again in a
 * minute. The turn is over with `work`, or with the export that `work` has kept it for.
 */
export async function inTurn<Value>(work: (keep: KeepTurn) => Promise<Value>): Promise<Result<Value, ExportNotYet>> {
  shared[TURNS] ??= { taken: 0 }
  const turns = shared[TURNS]
  if (turns.taken >= EXPORTS_AT_ONCE) return refuse({ code: 'export_not_yet', because: 'others', retryAt: addMinutes(systemClock.now(), MINUTES_TO_NEXT_TRY) })
  turns.taken++
  const giveBack = () => void turns.taken--
  let isKept = false
  try {
    return ok(
      await work((ended) => {
        isKept = true
        return () => ended().finally(giveBack)
      }),
    )
  } finally {
    if (!isKept) giveBack()
  }
}
