import { testClocks } from '../../../db/schema'
import { newId, type TestClockId } from '../../ids'
import type { Instant } from '../../time'
import type { CommandContext } from '../context'

/** A clock that organizations may be created on; it moves only by `advanceClock`. */
export async function createTestClock({ tx }: Pick<CommandContext, 'tx'>, { now }: { now: Instant }): Promise<{ id: TestClockId; now: Instant }> {
  const clock = { id: newId('clock'), now }
  await tx.insert(testClocks).values(clock)
  return clock
}
