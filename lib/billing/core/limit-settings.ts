import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { isFree, limitOf } from './catalog'
import { count } from './explain'
import type { Explanation } from './line'
import type { Holding, Settings } from './state'

/** What of the customer's settings is to change; left out: as it is. */
export type LimitsRequest = {
  /** Units; null, or the plan's limit: extra charging off (G57). */
  hardLimit?: bigint | null | undefined
  /** `cap` null: none; left out: as it is. */
  payAsYouGo?: { enabled: boolean; cap?: MinorUnits | null | undefined } | undefined
  autoUpgrade?: boolean | undefined
  autoRenew?: boolean | undefined
}

export type LimitsRefusal = Explanation & { message: string } & (
    | { code: 'limit_below_plan' | 'plan_not_eligible' }
    /** `maximum`: what may be set without asking the operator (S8). */
    | { code: 'limit_above_maximum'; maximum: bigint }
  )

type LimitsInput = {
  holding: Holding
  request: LimitsRequest
  /** The highest hard limit that the operator has approved (S8); null: the product's own. */
  approvedMaximum: bigint | null
}

/** The settings as they will be, or why one of them may not be so (G57). All of a request or none. */
export function decideLimits(input: LimitsInput): Result<Settings, LimitsRefusal> {
  const { holding, request } = input
  let settings = holding.settings
  for (const decide of [decideHardLimit, decidePayAsYouGo, decideAutoUpgrade, decideAutoRenew]) {
    const decided = decide({ ...input, request })
    if (!decided.ok) return decided
    settings = { ...settings, ...decided.value }
  }
  return ok(settings)
}

type Decided = Result<Partial<Settings>, LimitsRefusal>

/** S1, S8: above the plan's limit and up to the maximum; on a paid plan that charges blocks. */
function decideHardLimit({ holding, request: { hardLimit }, approvedMaximum }: LimitsInput): Decided {
  if (hardLimit === undefined) return ok({})
  if (hardLimit === null) return ok({ hardLimit: null })
  const { plan, product } = holding.terms
  const { hardLimit: policy } = product.policies
  if (!policy || plan.overLimit.type !== 'blocks' || isFree(plan)) {
    return notEligible(holding, 'S1', `${plan.name} has no hard limit above its own; choose a plan that charges for extra usage.`)
  }
  const planLimit = planLimitOf(holding)
  const inputs = { hard_limit: Number(hardLimit), plan_limit: Number(planLimit) }
  if (hardLimit < planLimit) {
    return refuse({
      code: 'limit_below_plan',
      message: `The hard limit cannot be below the ${count(planLimit)} that ${plan.name} includes.`,
      rule: 'S1',
      formula: `${count(hardLimit)} < ${count(planLimit)}`,
      inputs,
    })
  }
  const maximum = hardLimitMaximum({ holding, approvedMaximum })
  if (hardLimit > maximum) {
    return refuse({
      code: 'limit_above_maximum',
      message: `The hard limit can be ${count(maximum)} at most. Ask for a higher one and say what it is for.`,
      maximum,
      rule: 'S8',
      formula: `${count(hardLimit)} > ${count(maximum)}`,
      inputs: { ...inputs, maximum: Number(maximum) },
    })
  }
  return ok({ hardLimit: hardLimit === planLimit ? null : hardLimit })
}

/** The highest hard limit that may be set now: `max(product's, plan limit)`, or what was approved (S8, G57). */
export function hardLimitMaximum({ holding, approvedMaximum }: Pick<LimitsInput, 'holding' | 'approvedMaximum'>): bigint {
  const bounds = [holding.terms.product.policies.hardLimit?.maximum ?? 0n, planLimitOf(holding), approvedMaximum ?? 0n]
  return bounds.reduce((highest, bound) => (bound > highest ? bound : highest))
}

/** Of several limited meters the highest, for one hard limit holds for each of them. */
export function planLimitOf({ terms }: Pick<Holding, 'terms'>): bigint {
  const limits = terms.product.meters.map(({ id }) => limitOf(terms, id) ?? 0n)
  return limits.reduce((highest, limit) => (limit > highest ? limit : highest), 0n)
}

/** Switching off what is not to be had says nothing and is allowed; so it is with the two below. */
function decidePayAsYouGo({ holding, request: { payAsYouGo } }: LimitsInput): Decided {
  if (!payAsYouGo) return ok({})
  if (!payAsYouGo.enabled && holding.terms.plan.overLimit.type !== 'pay_as_you_go') return ok({})
  return notEligible(holding, 'B5', `${holding.terms.plan.name} has no pay-as-you-go.`)
}

function decideAutoUpgrade({ holding, request: { autoUpgrade } }: LimitsInput): Decided {
  if (autoUpgrade === undefined || !autoUpgrade) return ok({})
  return notEligible(holding, 'B3', `${holding.terms.plan.name} is not upgraded by itself.`)
}

function decideAutoRenew({ holding, request: { autoRenew } }: LimitsInput): Decided {
  if (autoRenew === undefined || !autoRenew) return ok({})
  return notEligible(holding, 'B7', `${holding.terms.plan.name} is not renewed early by itself.`)
}

function notEligible({ terms: { plan } }: Holding, rule: string, message: string): Decided {
  return refuse({
    code: 'plan_not_eligible',
    message,
    rule,
    formula: `over the limit, ${plan.id}: ${plan.overLimit.type}`,
    inputs: { plan: plan.id, over_limit: plan.overLimit.type },
  })
}
