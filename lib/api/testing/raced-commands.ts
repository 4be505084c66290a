import type { Route } from '../route'
import { routes } from '../routes/table'
import type { Terms, Wish } from './as-in-turn'
import { createOfOrganization, giveCredit, nameOf, type OfOrganization, pathIn } from './every-route'
import { SITUATIONS, type Situation } from './race-situations'
import type { Json, RunningInterface } from './running-interface'
import { BETTER, BODIES } from './valid-bodies'

/** Writes that are about no organization. */
export const OF_NOBODY: readonly string[] = [
  ...['POST /organizations', 'POST /products', 'POST /test_clocks', 'POST /books/run', 'POST /webhook_endpoints', 'POST /deliveries/{delivery}/resend'],
  ...['PATCH /webhook_endpoints/{webhook_endpoint}', 'DELETE /webhook_endpoints/{webhook_endpoint}'],
  ...['POST /webhook_endpoints/{webhook_endpoint}/rotate_secret', 'POST /webhook_endpoints/{webhook_endpoint}/test'],
]

/** What is charged, given back, or given up: between these money may go astray. */
export const MOVE_MONEY: readonly string[] = [
  ...['POST /organizations/{organization}/subscriptions', 'POST /subscriptions/{subscription}/changes', 'POST /organizations/{organization}/credits/purchases'],
  ...['PUT /organizations/{organization}/credits/auto_recharge', 'POST /organizations/{organization}/adjustments', 'POST /invoices/{invoice}/refunds'],
  ...['POST /test_clocks/{clock}/advance', 'PUT /organizations/{organization}/payment_method', 'POST /organizations/{organization}/pro_forma'],
  ...['POST /invoices/{invoice}/pay', 'POST /invoices/{invoice}/void', 'POST /invoices/{invoice}/mark_paid'],
]

/** What is only possible after another has made it so; where it is, it is raced in one of `SITUATIONS`. */
export const REFUSED_ALONE: Readonly<Record<string, string>> = {
  'DELETE /organizations/{organization}': 'subscription_active',
  'POST /subscriptions/{subscription}/reactivate': 'not_scheduled',
  'DELETE /subscriptions/{subscription}/pending_change': 'not_found',
  'POST /subscriptions/{subscription}/limit_requests': 'plan_not_eligible',
  'POST /invoices/{invoice}/mark_uncollectible': 'change_in_progress',
}

/** Of an invoice that nobody has paid. */
const OF_OPEN_INVOICE = [
  'POST /invoices/{invoice}/pay',
  'POST /invoices/{invoice}/void',
  'POST /invoices/{invoice}/mark_paid',
  'POST /invoices/{invoice}/mark_uncollectible',
]

/** Every command of the interface on one organization. */
const commands = routes.filter((route) => route.mutates && !OF_NOBODY.includes(nameOf(route)))
export const COMMANDS: readonly string[] = commands.map(nameOf)

function routeNamed(name: string): Route {
  const found = commands.find((route) => nameOf(route) === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

function bodyOf(route: Route, named: OfOrganization, situation?: Situation): Json {
  const name = nameOf(route)
  return (situation?.bodies?.[name] ?? BETTER[name] ?? BODIES[name])?.(named) ?? {}
}

/** As the interface is asked for it, with the body that does most. */
export function command(api: RunningInterface, name: string, situation?: Situation): Wish {
  const route = routeNamed(name)
  return {
    name,
    prepare: async (named) => {
      const [path, body] = [pathIn(route, named), bodyOf(route, named, situation)]
      return { path, body, ask: (idempotencyKey) => api.send(route.method.toUpperCase(), path, body, { idempotencyKey }) }
    },
  }
}

/** Where a command does something: on a plan that runs, unless it is refused there. */
export function homeOf(name: string): Situation | undefined {
  return name in REFUSED_ALONE ? Object.values(SITUATIONS).find(({ athome }) => athome.includes(name)) : undefined
}

/** What a command's path and its body name. */
function neededBy(route: Route): string[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const recorder = new Proxy({} as OfOrganization, {
    get: (_, name) => {
      names.push(String(name))
      return 'named'
    },
  })
  bodyOf(route, recorder)
  return names
}

/** On a plan that runs, with credit and all that these commands need. */
export async function beginFor(api: RunningInterface, names: readonly string[]): Promise<OfOrganization> {
  const needed = new Set(names.map(routeNamed).flatMap(neededBy))
  const named = await createOfOrganization(api, 'Acme', new Set([...needed].filter((name) => name !== 'quote')))
  await giveCredit(api, named)
  if (needed.has('quote')) named.quote = (await api.make(`/subscriptions/${named.subscription}/quotes`, { plan: 'pro' })).id // What it says depends on the credit.
  if (names.some((name) => OF_OPEN_INVOICE.includes(name)))
    named.invoice = (await api.make(`/organizations/${named.organization}/pro_forma`, { product: 'team-seats', plan: 'basic' })).invoice.id
  return named
}

/**
 * A refund is two transactions, with the provider between them. What is used meanwhile counts on the plan that still runs: that order is sound, and
 * neither of two.
 */
const USES = ['POST /usage', 'POST /consume', 'POST /leases', 'POST /leases/{lease}/settle']
const isUsedWhileRefunded = (names: readonly string[]) => names.includes('POST /invoices/{invoice}/refunds') && names.some((name) => USES.includes(name))

/** How these are raced. A walk is many commands, and another comes between two of them, at a time of its own: what is told and kept is sound, and of neither order. */
export function termsOf(names: readonly string[], situation?: Situation): Omit<Terms, 'rounds' | 'sideBySide'> {
  const isOfNeitherOrder = names.includes('POST /test_clocks/{clock}/advance') || isUsedWhileRefunded(names)
  return { isOfNeitherOrder, looksAfterwards: situation !== undefined || isOfNeitherOrder }
}
