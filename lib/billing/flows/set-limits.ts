import { ok, type Result } from '../../result'
import { type SetLimits, type SetLimitsRefusal, setLimits } from '../commands/set-limits'
import { chargeSetOff } from './charge-set-off'
import type { FlowContext } from './flow-context'

/** Sets what may be charged beyond the plan, and charges what that sets off (G5, G57). */
export async function setLimitsAndCharge(context: FlowContext, input: SetLimits): Promise<Result<null, SetLimitsRefusal>> {
  const set = await context.first((command) => setLimits(command, input))
  if (!set.ok) return set
  await chargeSetOff(context.provider, set.value.setOff)
  return ok(null)
}
