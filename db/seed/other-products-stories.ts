import { minor } from '@/lib/money'
import type { PaymentProvider } from '@/lib/payments/port'
import { addDays, type Instant } from '@/lib/time'
import { InventedCustomer, type Person } from './invented-customer'
import { OLIVIA } from './people'
import { patternOf, type TrafficKey } from './usage-pattern'

type People = readonly [Person, ...Person[]]

export const LARKSPUR: People = [
  OLIVIA,
  { name: 'Ines Moreau', email: 'ines@larkspur-studio.example', role: 'admin' },
  { name: 'Kwame Asante', email: 'kwame@larkspur-studio.example', role: 'member' },
  { name: 'Lena Fischer', email: 'lena@larkspur-studio.example', role: 'member' },
  { name: 'Paulo Reis', email: 'paulo@larkspur-studio.example', role: 'billing' },
]
export const PIXELHAUS: People = [OLIVIA, { name: 'Jonas Weber', email: 'jonas@pixelhaus.example', role: 'admin' }]
export const CRAWLWELL: People = [OLIVIA, { name: 'Priya Nair', email: 'priya@crawlwell.example', role: 'admin' }]

export const LUMEN: People = [OLIVIA, { name: 'Mateo Rossi', email: 'mateo@lumen-labs.example', role: 'admin' }]

const SCREENSHOT_KEYS: readonly TrafficKey[] = [
  { name: 'link-previews', share: 0.6 },
  { name: 'regression-tests', share: 0.4 },
]
const SCRAPE_KEYS: readonly TrafficKey[] = [
  { name: 'price-monitor', share: 0.55 },
  { name: 'catalog-sync', share: 0.3 },
  { name: 'research', share: 0.15 },
]

const TOKEN_KEYS: readonly TrafficKey[] = [
  { name: 'support-bot', share: 0.7 },
  { name: 'evaluations', share: 0.3 },
]

/** Months and days before now, by the calendar: what renews by the month is told by the month. */
function before(now: Instant, { months, days }: { months: number; days: number }): Instant {
  return now.toZonedDateTimeISO('UTC').subtract({ months }).subtract({ days }).toInstant()
}

function monthsAfter(at: Instant, months: number): Instant {
  return at.toZonedDateTimeISO('UTC').add({ months }).toInstant()
}

/** `team-seats`: a trial, then Basic; people come and go, and the studio moves up to Professional. */
export async function seedLarkspur(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = before(now, { months: 4, days: 23 })
  const larkspur = await InventedCustomer.found(provider, {
    name: 'Larkspur Studio',
    externalId: 'demo-larkspur',
    at: start,
    people: LARKSPUR,
    country: 'FR',
    billing: { name: 'Larkspur Studio SARL', address: '8 rue des Tanneurs, 69001 Lyon', country: 'FR' },
  })
  if (!larkspur) return
  const paid = addDays(start, 14)
  await larkspur.payWith('pm_card_visa')
  await larkspur.subscribe({ product: 'team-seats', plan: 'basic', trial: true })
  await larkspur.walk(addDays(paid, 5))
  await larkspur.add({ name: 'Mirela Dobre', email: 'mirela@larkspur-studio.example', role: 'member' })
  const freelancer = await larkspur.add({ name: 'Oskar Nyman', email: 'oskar@larkspur-studio.example', role: 'member' })
  await larkspur.walk(addDays(monthsAfter(paid, 1), 18))
  await larkspur.remove(freelancer)
  await larkspur.walk(addDays(monthsAfter(paid, 2), 11))
  await larkspur.changeTo('professional')
  await larkspur.walk(addDays(now, -4))
  await larkspur.add({ name: 'Sofia Lindgren', email: 'sofia@larkspur-studio.example', role: 'member' })
  await larkspur.walk(now)
}

/** `screenshots`: above the plan's limit in its second month, under a hard limit that the owner has set. */
export async function seedPixelhaus(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = before(now, { months: 3, days: 17 })
  const pixelhaus = await InventedCustomer.found(provider, {
    name: 'Pixelhaus',
    externalId: 'demo-pixelhaus',
    at: start,
    people: PIXELHAUS,
    country: 'DE',
    billing: { name: 'Pixelhaus GmbH', address: 'Lindenallee 3, 50667 Köln', country: 'DE' },
  })
  if (!pixelhaus) return
  const use = (from: Instant, to: Instant, total: number) =>
    pixelhaus.walk(to, patternOf({ from, to, total: BigInt(total), keys: SCREENSHOT_KEYS, seed: `pixelhaus ${total}`, meter: 'screenshots' }))
  await pixelhaus.subscribe({ product: 'screenshots', plan: 'free' })
  await use(start, addDays(start, 6), 84)
  await pixelhaus.payWith('pm_card_mastercard')
  await pixelhaus.changeTo('growth')
  await use(addDays(start, 6), monthsAfter(start, 1), 7_910)
  await pixelhaus.allow({ hardLimit: 15_000n })
  await use(monthsAfter(start, 1), monthsAfter(start, 2), 12_480)
  await use(monthsAfter(start, 2), monthsAfter(start, 3), 9_260)
  await use(monthsAfter(start, 3), now, 8_340)
}

/** `scrape-credits`: an automatic upgrade when everything was used, and now pay-as-you-go under a cap. */
export async function seedCrawlwell(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = before(now, { months: 3, days: 25 })
  const crawlwell = await InventedCustomer.found(provider, {
    name: 'Crawlwell',
    externalId: 'demo-crawlwell',
    at: start,
    people: CRAWLWELL,
    country: 'US',
    billing: { name: 'Crawlwell Inc.', address: '77 Mercer Street, New York, NY 10012', country: 'US' },
  })
  if (!crawlwell) return
  const use = (from: Instant, to: Instant, total: number) =>
    crawlwell.walk(to, patternOf({ from, to, total: BigInt(total), keys: SCRAPE_KEYS, seed: `crawlwell ${total}`, meter: 'credits' }))
  const chosen = addDays(start, 7)
  await crawlwell.subscribe({ product: 'scrape-credits', plan: 'free' })
  await use(start, chosen, 3_420)
  await crawlwell.payWith('pm_card_visa')
  await crawlwell.changeTo('hobby')
  await use(chosen, monthsAfter(chosen, 1), 88_700)
  await crawlwell.allow({ autoUpgrade: true })
  const grown = addDays(monthsAfter(chosen, 1), 24)
  await use(monthsAfter(chosen, 1), grown, 131_500) // Hobby's 100,000 are used up on the way: Startup begins by itself.
  await use(grown, addDays(now, -13), 610_000)
  await crawlwell.changeTo('scaling')
  await crawlwell.allow({ payAsYouGo: { enabled: true, cap: minor(50_00) } })
  await use(addDays(now, -13), now, 5_184_000)
}

/** `model-tokens`: credit that is bought and drawn down, and since its second month refilled by itself. */
export async function seedLumen(provider: PaymentProvider, now: Instant): Promise<void> {
  const start = before(now, { months: 2, days: 19 })
  const lumen = await InventedCustomer.found(provider, {
    name: 'Lumen Labs',
    externalId: 'demo-lumen',
    at: start,
    people: LUMEN,
    country: 'ES',
    billing: { name: 'Lumen Labs SL', address: 'Carrer de Pallars 108, 08018 Barcelona', country: 'ES' },
  })
  if (!lumen) return
  const use = (from: Instant, to: Instant, input: number, output: number) => {
    const pattern = (meter: string, total: number) => patternOf({ from, to, total: BigInt(total), keys: TOKEN_KEYS, seed: `lumen ${meter} ${total}`, meter })
    return lumen.walk(to, [...pattern('input_tokens', input), ...pattern('output_tokens', output)])
  }
  await lumen.payWith('pm_card_visa')
  await lumen.buyCredit(minor(50_00))
  await lumen.subscribe({ product: 'model-tokens', plan: 'prepaid' })
  await use(start, monthsAfter(start, 1), 15_400_000, 1_180_000)
  await lumen.refill({ threshold: minor(10_00), amount: minor(25_00), monthlyLimit: minor(100_00) })
  await use(monthsAfter(start, 1), monthsAfter(start, 2), 21_700_000, 1_640_000)
  await use(monthsAfter(start, 2), now, 13_900_000, 1_050_000)
}
