import { eq } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { inEngine } from '../../../db/client'
import { secondFactors } from '../../../db/schema'
import { systemClock } from '../../time'
import type { Holder } from '../holder'
import { offerSecondFactor, turnOnSecondFactor } from '../second-factor'

const PERIOD_SECONDS = 30
const MILLISECONDS = 1_000

/** What the phone shows, or has shown and will show: `steps` of half a minute from now. */
export function codeOf(secret: string, steps = 0): string {
  const timestamp = systemClock.now().epochMilliseconds + steps * PERIOD_SECONDS * MILLISECONDS
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp })
}

/** Turned on, as if long ago: the present code was not used yet. */
export async function withSecondFactor(holder: Holder): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret, sealed } = offerSecondFactor(holder)
  const turned = await turnOnSecondFactor(holder, { sealed, code: codeOf(secret), address: `turning on ${holder.id}` })
  if (!turned.ok) throw new Error(turned.error.code)
  const ours = holder.kind === 'person' ? eq(secondFactors.userId, holder.id) : eq(secondFactors.operatorId, holder.id)
  await inEngine((tx) => tx.update(secondFactors).set({ lastStep: 0 }).where(ours))
  return { secret, recoveryCodes: turned.value.recoveryCodes }
}
