import { canUpgradeItself } from './automatic-change'
import { isFree } from './catalog'
import type { Settings, Terms } from './state'

/**
 * The customer's settings on a plan: one that it allows is kept, one that it does not allow is switched off (G92). A hard
 * limit is of the plan that it was set on, and has to be set again after a change (S4, S6).
 */
export function settingsUnder(settings: Settings, { from, to }: { from: Terms; to: Terms }): Settings {
  const { plan, product } = to
  const samePlan = from.plan.id === plan.id
  const paysAsItGoes = plan.overLimit.type === 'pay_as_you_go'
  return {
    hardLimit: samePlan && plan.overLimit.type === 'blocks' ? settings.hardLimit : null,
    payAsYouGo: paysAsItGoes ? settings.payAsYouGo : { enabled: false, cap: null },
    autoUpgrade: settings.autoUpgrade && canUpgradeItself(to),
    autoRenew: settings.autoRenew && !isFree(plan) && (product.policies.exhausted?.earlyRenewal ?? null) !== null,
  }
}
