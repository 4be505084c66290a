import { eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { testClocks } from '../../../db/schema'
import type { TestClockId } from '../../ids'
import type { Instant } from '../../time'

export type TestClockView = { id: TestClockId; now: Instant }

export async function findTestClock(tx: Transaction, id: TestClockId): Promise<TestClockView | null> {
  const [clock] = await tx.select({ id: testClocks.id, now: testClocks.now }).from(testClocks).where(eq(testClocks.id, id))
  return clock ?? null
}
