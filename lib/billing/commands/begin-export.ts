import { and, asc, eq, gt } from 'drizzle-orm'
import { dataExports } from '../../../db/schema'
import { type ExportId, newId, type OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { addMinutes, type Instant, isBefore, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization } from './store/organization'

const MINUTES_AN_HOUR = 60
const EXPORTS_AN_HOUR = 3
/** `others`: as many of other organizations are under way as may be at once. */
export type ExportNotYetBecause = 'running' | 'too_many' | 'others'
/** It is broken off after that: Postgres keeps what everybody changes meanwhile for as long as somebody reads an earlier moment. */
export const EXPORT_MINUTES = 30

export type BeginExport = { organizationId: OrganizationId }

export type BeginExportRefusal = Forbidden | { code: 'export_not_yet'; because: ExportNotYetBecause; retryAt: Instant }

/**
 * Lets somebody take along everything that an organization has here (GDPR, article 20), and writes down that they did. One at a time and
 * three an hour: each reads years of history. Wall time, whatever the organization's clock says.
 */
export async function beginExport({ tx, actor }: CommandContext, { organizationId }: BeginExport): Promise<Result<ExportId, BeginExportRefusal>> {
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'organization:export')
  if (forbidden) return refuse(forbidden)

  const startedAt = systemClock.now()
  const lately = await tx
    .select()
    .from(dataExports)
    .where(and(eq(dataExports.organizationId, organizationId), gt(dataExports.startedAt, addMinutes(startedAt, -MINUTES_AN_HOUR))))
    .orderBy(asc(dataExports.startedAt))
  const running = lately.find(({ endedAt, endsBy }) => endedAt === null && isBefore(startedAt, endsBy))
  if (running) return refuse({ code: 'export_not_yet', because: 'running', retryAt: running.endsBy })
  const [oldest] = lately.slice(-EXPORTS_AN_HOUR)
  if (oldest && lately.length >= EXPORTS_AN_HOUR)
    return refuse({ code: 'export_not_yet', because: 'too_many', retryAt: addMinutes(oldest.startedAt, MINUTES_AN_HOUR) })

  const id = newId('exp')
  await tx.insert(dataExports).values({ organizationId, id, actor, startedAt, endsBy: addMinutes(startedAt, EXPORT_MINUTES) })
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'organization.exported', target: organizationId }])
  return ok(id)
}
