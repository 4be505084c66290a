import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { dataExports } from '../../../db/schema'
import type { ExportId, OrganizationId } from '../../ids'
import { systemClock } from '../../time'

/** It was taken whole, or was broken off: the next may begin. */
export async function endExport(tx: Transaction, { organizationId, id }: { organizationId: OrganizationId; id: ExportId }): Promise<void> {
  await tx
    .update(dataExports)
    .set({ endedAt: systemClock.now() })
    .where(and(eq(dataExports.organizationId, organizationId), eq(dataExports.id, id)))
}
