import { type BeginExportRefusal, EXPORT_MINUTES } from '../billing/commands/begin-export'
import { ok, type Result, refuse } from '../result'
import { addMinutes, systemClock } from '../time'

/** Each holds a connection of the database and packs with this process's core, which everybody else's requests need too. */
export const EXPORTS_AT_ONCE = 2
const MINUTES_TO_NEXT_TRY = 1
const MILLISECONDS_A_MINUTE = 60_000

/** Whoever has not ended by then waits for a connection that has fallen silent, and holds up nobody else. */
type Turn = { endsBy: number }

/** Of the process, though its module graph may exist twice (see `db/client.ts`). */
const TURNS = Symbol.for('headroom.export.turns')
const shared = globalThis as typeof globalThis & { [TURNS]?: Set<Turn> }

/** Keeps the turn until an export has ended: wraps what is done then. */
export type KeepTurn = (ended: () => Promise<void>) => () => Promise<void>
export type ExportNotYet = Extract<BeginExportRefusal, { code: 'export_not_yet' }>

/**
 * Does what begins an export of whichever organization, where fewer than two are under way in this process; whoever is refused may come again in a
 * minute. The turn is over with `work`, or with the export that `work` has kept it for, or when an export must have ended.
 */
export async function inTurn<Value>(work: (keep: KeepTurn) => Promise<Value>): Promise<Result<Value, ExportNotYet>> {
  shared[TURNS] ??= new Set()
  const turns = shared[TURNS]
  const now = performance.now()
  for (const turn of turns) if (turn.endsBy <= now) turns.delete(turn)
  if (turns.size >= EXPORTS_AT_ONCE) return refuse({ code: 'export_not_yet', because: 'others', retryAt: addMinutes(systemClock.now(), MINUTES_TO_NEXT_TRY) })
  const turn: Turn = { endsBy: now + EXPORT_MINUTES * MILLISECONDS_A_MINUTE }
  turns.add(turn)
  const giveBack = () => void turns.delete(turn)
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
