import type { PaymentProvider } from '@/lib/payments/port'
import { addDays, type Instant } from '@/lib/time'
import { InventedCustomer, type Person } from './invented-customer'
import { OLIVIA } from './people'
import { patternOf, type TrafficKey } from './usage-pattern'

const DAYS = 30

export const ACME: readonly [Person, ...Person[]] = [
  OLIVIA,
  { name: 'Adrian Vogel', email: 'adrian@acme-robotics.example', role: 'admin' },
  { name: 'Beatriz Sousa', email: 'beatriz@acme-robotics.example', role: 'billing' },
  { name: 'Mika Lindqvist', email: 'mika@acme-robotics.example', role: 'member' },
]
export const NORTHWIND: readonly [Person, ...Person[]] = [
  { name: 'Noor Haddad', email: 'noor@northwind-labs.example', role: 'owner' },
  { ...OLIVIA, role: 'admin' }, // She belongs to two organizations, for the switcher.
  { name: 'Tomasz Nowak', email: 'tomasz@northwind-labs.example', role: 'member' },
]
export const GLOBEX: readonly [Person, ...Person[]] = [{ name: 'Hana Kobayashi', email: 'hana@globex.example', role: 'owner' }]

const ACME_KEYS: readonly TrafficKey[] = [
  { name: 'warehouse-api', share: 0.5 },
  { name: 'fleet-dashboard', share: 0.3 },
  { name: 'ci-pipeline', share: 0.12 },
  { name: 'mobile-beta', share: 0.08 },
]
const NORTHWIND_KEYS: readonly TrafficKey[] = [
  { name: 'ingest-eu', share: 0.42 },
  { name: 'ingest-us', share: 0.33 },
  { name: 'partner-portal', share: 0.17 },
  { name: 'nightly-reports', share: 0.08 },
]
const GLOBEX_KEYS: readonly TrafficKey[] = [{ name: 'prototype', share: 1 }]

/** Starts on Free, upgrades to Basic, tries Pro for a launch, goes back down with credit, and is now 11 days into a period near 80 %. */
export async function seedAcme(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = addDays(now, -(11 + 6 * DAYS))
  const acme = await InventedCustomer.found(provider, {
    name: 'Acme Robotics',
    externalId: 'demo-acme',
    at: start,
    people: ACME,
    country: 'US',
    billing: { name: 'Acme Robotics, Inc.', address: '410 Harbor Street, Oakland, CA 94607', country: 'US' },
  })
  if (!acme) return
  const use = (from: number, to: number, total: number) =>
    acme.walk(
      addDays(start, to),
      patternOf({ from: addDays(start, from), to: addDays(start, to), total: BigInt(total), keys: ACME_KEYS, seed: `acme ${from}` }),
    )
  await acme.subscribe({ plan: 'free' })
  await use(0, 12, 760)
  await acme.payWith('pm_card_visa')
  await acme.changeTo('basic')
  await use(12, 30, 9_400)
  await use(30, 60, 21_350)
  await use(60, 78, 14_200)
  await use(78, 90, 11_900) // Past 80 %: the alert of the third month.
  await use(90, 97, 8_100)
  await acme.changeTo('pro')
  await use(97, 120, 118_600)
  await use(120, 134, 12_450)
  await acme.changeTo('basic') // The launch is over: credit for the rest of the period, which meets the next invoice.
  await use(134, 150, 9_300)
  await use(150, 180, 22_780)
  await use(180, 191, 23_640)
  await acme.invite({ name: 'Sam Okafor', email: 'sam@acme-robotics.example', role: 'member' })
}

/** On Enterprise, with more calls than are included in most months; once its card failed for a day. */
export async function seedNorthwind(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = addDays(now, -(21 + 6 * DAYS))
  const northwind = await InventedCustomer.found(provider, {
    name: 'Northwind Labs',
    externalId: 'demo-northwind',
    at: start,
    people: NORTHWIND,
    country: 'DE',
    billing: { name: 'Northwind Labs GmbH', address: 'Speicherstraße 12, 20457 Hamburg', country: 'DE' },
  })
  if (!northwind) return
  await northwind.payWith('pm_card_mastercard')
  await northwind.subscribe({ plan: 'enterprise' })
  const months = [940_200, 1_062_400, 1_118_900, 988_300, 1_214_700, 1_336_500]
  for (const [month, total] of months.entries()) {
    const from = addDays(start, month * DAYS)
    const to = addDays(start, (month + 1) * DAYS)
    if (month === 3) await northwind.payWith('pm_card_chargeCustomerFail')
    await northwind.walk(to, patternOf({ from, to, total: BigInt(total), keys: NORTHWIND_KEYS, seed: `northwind ${month}` }))
    if (month === 3) await northwind.payWith('pm_card_mastercard') // Collects what had failed at once.
  }
  const from = addDays(start, months.length * DAYS)
  await northwind.walk(now, patternOf({ from, to: now, total: 861_000n, keys: NORTHWIND_KEYS, seed: 'northwind now' }))
}

/** On Free, trying it out. */
export async function seedGlobex(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = addDays(now, -(5 + DAYS))
  const globex = await InventedCustomer.found(provider, {
    name: 'Globex',
    externalId: 'demo-globex',
    at: start,
    people: GLOBEX,
    country: 'JP',
    billing: { name: 'Globex K.K.', country: 'JP' },
  })
  if (!globex) return
  await globex.subscribe({ plan: 'free' })
  const turn = addDays(start, DAYS)
  await globex.walk(turn, patternOf({ from: start, to: turn, total: 612n, keys: GLOBEX_KEYS, seed: 'globex' }))
  await globex.walk(now, patternOf({ from: turn, to: now, total: 184n, keys: GLOBEX_KEYS, seed: 'globex now' }))
}
