import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import { canUpgradeItself } from './automatic-change'
import { isFree, limitOf } from './catalog'
import { hasBegun } from './exhausted'
import { count, iso, spoken } from './explain'
import type { Explanation } from './line'
import { explainEarlyRenewalBar } from './renew-early'
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

/** Why nobody may even ask for a limit. */
export type AskedLimitRefusal = Explanation & { message: string; code: 'limit_below_plan' | 'plan_not_eligible' }
/** `maximum`: what may be set without asking the operator (S8). */
export type LimitsRefusal = AskedLimitRefusal | (Explanation & { message: string; code: 'limit_above_maximum'; maximum: bigint })

type LimitsInput = {
  holding: Holding
  request: LimitsRequest
  /** The highest hard limit that the operator has approved (S8); null: the product's own. */
  approvedMaximum: bigint | null
  /** When the organization registered: what it may still switch on depends on it (B7). */
  registeredAt: Instant
  now: Instant
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
  return oneOfTwo(settings, input)
}

/** Renewing and upgrading at 100 % exclude each other: the one that is switched on switches the other off (G64). */
function oneOfTwo(settings: Settings, { holding, request }: LimitsInput): Result<Settings, LimitsRefusal> {
  if (!(settings.autoUpgrade && settings.autoRenew)) return ok(settings)
  if (request.autoUpgrade && request.autoRenew) {
    const { plan } = holding.terms
    return refuse({
      code: 'plan_not_eligible',
      message: 'At 100 % a plan is either renewed or upgraded; switch on one of the two.',
      rule: 'G64',
      formula: 'auto_upgrade = true, auto_renew = true',
      inputs: { plan: plan.id },
    })
  }
  return ok(request.autoUpgrade ? { ...settings, autoRenew: false } : { ...settings, autoUpgrade: false })
}

type Decided = Result<Partial<Settings>, LimitsRefusal>

/** S1, S8: above the plan's limit and up to the maximum; on a paid plan that charges blocks. */
function decideHardLimit({ holding, request: { hardLimit }, approvedMaximum }: LimitsInput): Decided {
  if (hardLimit === undefined) return ok({})
  if (hardLimit === null) return ok({ hardLimit: null })
  const possible = decideLimitRequest({ holding, hardLimit })
  if (!possible.ok) return possible
  const planLimit = planLimitOf(holding)
  const maximum = hardLimitMaximum({ holding, approvedMaximum })
  if (hardLimit > maximum) {
    return refuse({
      code: 'limit_above_maximum',
      message: `The hard limit can be ${count(maximum)} at most. Ask for a higher one and say what it is for.`,
      maximum,
      rule: 'S8',
      formula: `${count(hardLimit)} > ${count(maximum)}`,
      inputs: { hard_limit: Number(hardLimit), plan_limit: Number(planLimit), maximum: Number(maximum) },
    })
  }
  return ok({ hardLimit: hardLimit === planLimit ? null : hardLimit })
}

/** Whether a hard limit is one that this plan could have, the maximum aside: what may be asked of the operator (S1, S8). */
export function decideLimitRequest({ holding, hardLimit }: { holding: Holding; hardLimit: bigint }): Result<null, AskedLimitRefusal> {
  const { plan, product } = holding.terms
  if (!product.policies.hardLimit || plan.overLimit.type !== 'blocks' || isFree(plan)) {
    return notEligible(holding, 'S1', `${plan.name} has no hard limit above its own; choose a plan that charges for extra usage.`)
  }
  const planLimit = planLimitOf(holding)
  if (hardLimit >= planLimit) return ok(null)
  return refuse({
    code: 'limit_below_plan',
    message: `The hard limit cannot be below the ${count(planLimit)} that ${plan.name} includes.`,
    rule: 'S1',
    formula: `${count(hardLimit)} < ${count(planLimit)}`,
    inputs: { hard_limit: Number(hardLimit), plan_limit: Number(planLimit) },
  })
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
function decidePayAsYouGo({ holding, request: { payAsYouGo }, now }: LimitsInput): Decided {
  if (!payAsYouGo) return ok({})
  const { plan, product } = holding.terms
  const { enabled, cap = holding.settings.payAsYouGo.cap } = payAsYouGo
  if (plan.overLimit.type !== 'pay_as_you_go') return enabled ? notEligible(holding, 'B5', `${plan.name} has no pay-as-you-go.`) : ok({})
  if (enabled && !hasBegun(product.policies.exhausted, now)) return notYet(holding, now)
  return ok({ payAsYouGo: { enabled, cap } })
}

function decideAutoUpgrade({ holding, request: { autoUpgrade }, now }: LimitsInput): Decided {
  if (autoUpgrade === undefined) return ok({})
  if (!autoUpgrade) return ok({ autoUpgrade: false })
  const { plan, product, interval } = holding.terms
  if (!canUpgradeItself(holding.terms)) {
    return notEligible(holding, 'B3', `${plan.name} by the ${interval} is not upgraded by itself.`, {
      formula: `next tier of ${plan.id} by the ${interval} = none`,
      inputs: { plan: plan.id, interval },
    })
  }
  return hasBegun(product.policies.exhausted, now) ? ok({ autoUpgrade: true }) : notYet(holding, now)
}

function decideAutoRenew({ holding, request: { autoRenew }, registeredAt, now }: LimitsInput): Decided {
  if (autoRenew === undefined) return ok({})
  if (!autoRenew) return ok({ autoRenew: false })
  const barred = explainEarlyRenewalBar(holding, { registeredAt, now })
  return barred ? refuse({ code: 'plan_not_eligible', ...barred }) : ok({ autoRenew: true })
}

/** B3 to B5 begin on a day (G64). */
function notYet(holding: Holding, now: Instant): Decided {
  const from = holding.terms.product.policies.exhausted?.from ?? now
  return notEligible(holding, 'G64', `This can be switched on from ${spoken(from)} on.`, {
    formula: `${iso(now)} < ${iso(from)}`,
    inputs: { now: iso(now), from: iso(from) },
  })
}

function notEligible(
  { terms: { plan } }: Holding,
  rule: string,
  message: string,
  because?: Pick<Explanation, 'formula' | 'inputs'>,
): { ok: false; error: AskedLimitRefusal } {
  return refuse({
    code: 'plan_not_eligible',
    message,
    rule,
    ...(because ?? { formula: `over the limit, ${plan.id}: ${plan.overLimit.type}`, inputs: { plan: plan.id, over_limit: plan.overLimit.type } }),
  })
}
