import { inEngine } from '../../db/client'
import { eraseOrganization, listToErase } from '../billing/commands/erase-organization'
import { eraseAfterDays } from '../billing/views/closing'

const ORGANIZATIONS_A_NIGHT = 1_000
const ROWS_PER_STEP = 5_000
/** Of one organization a night: what is left waits for the next. */
const MOST_STEPS = 2_000

/** Erases what is personal in organizations that were closed long enough ago, in short transactions; a step that was begun is repeated or done. */
export async function eraseClosed(isStopping: () => boolean, rowsPerStep = ROWS_PER_STEP): Promise<{ erased: number; kept: number }> {
  const due = await inEngine((tx) => listToErase(tx, { days: eraseAfterDays(), most: ORGANIZATIONS_A_NIGHT }))
  const faults: unknown[] = []
  for (const organizationId of due) {
    try {
      for (let steps = 0; steps < MOST_STEPS && !isStopping(); steps++) {
        if ((await inEngine((tx) => eraseOrganization({ tx, actor: 'system' }, { organizationId, most: rowsPerStep }))) === 0) break
      }
    } catch (fault) {
      faults.push(fault) // Somebody has just joined elsewhere, say: it keeps no other organization from its turn, and comes again.
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} organizations could not be erased`)
  const left = new Set(await inEngine((tx) => listToErase(tx, { days: eraseAfterDays(), most: ORGANIZATIONS_A_NIGHT })))
  const kept = due.filter((id) => left.has(id)).length
  return { erased: due.length - kept, kept }
}
