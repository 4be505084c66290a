import { and, eq, isNull } from 'drizzle-orm'
import { operatorNotices } from '../../../db/schema'
import type { NoticeId, OperatorId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { systemClock } from '../../time'
import type { CommandContext } from '../context'

export type ResolveNotice = { noticeId: NoticeId; by: OperatorId; resolution: string }

/** Somebody has looked, and says what became of it. Whoever comes second finds it resolved. */
export async function resolveNotice({ tx }: CommandContext, { noticeId, by, resolution }: ResolveNotice): Promise<Result<null, { code: 'not_found' }>> {
  const resolved = await tx
    .update(operatorNotices)
    .set({ resolvedAt: systemClock.now(), resolvedBy: by, resolution })
    .where(and(eq(operatorNotices.id, noticeId), isNull(operatorNotices.resolvedAt)))
    .returning({ id: operatorNotices.id })
  return resolved.length > 0 ? ok(null) : refuse({ code: 'not_found' })
}
