import { inEngine, inEngineSnapshot } from '../../db/client'
import { endExport } from '../billing/commands/end-export'
import type { ExportId, OrganizationId } from '../ids'
import { exportOrganization } from './export-organization'
import type { KeepTurn } from './in-turn'

/** For the machine interface and the operator’s desk, which no row-level security narrows down: each question names the organization. */
export function exportByEngine(organizationId: OrganizationId, id: ExportId, keepTurn: KeepTurn): ReadableStream<Uint8Array> {
  return exportOrganization({
    organizationId,
    snapshot: inEngineSnapshot,
    ended: keepTurn(() => inEngine((tx) => endExport(tx, { organizationId, id }))),
  })
}
