import { and, asc, desc, eq, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { catalogVersions, type subscriptions } from '../../../../db/schema'
import { isSnapshot, once } from '../../../../db/snapshot'
import { DEFAULT_LOCALE } from '../../../locale'
import { type Instant, isBefore } from '../../../time'
import { unitIn } from '../../../unit-words'
import { parseProduct } from '../../catalog/document'
import type { Product } from '../../core/catalog'
import { loadCustomPlans, withCustomPlans } from './custom-plans'
import { readerLanguage } from './reader-language'

/** A version without its document, which is long and never changes. */
type Version = Pick<typeof catalogVersions.$inferSelect, 'product' | 'version' | 'contentHash' | 'applies' | 'effectiveAt' | 'publishedAt'>

/**
 * Published without a date of its own: it holds from its publication on. Who lives on a test clock meets it at once, for the
 * clock may stand long before that day, and whoever publishes wants to see it at work (G13).
 */
const isAtOnce = ({ effectiveAt, publishedAt }: Pick<Version, 'effectiveAt' | 'publishedAt'>) => effectiveAt.equals(publishedAt)

/** Of what is read now: what has been published to hold at once does so, whatever a test clock says. */
const isInEffect = (version: Version, now: Instant) => isAtOnce(version) || !isBefore(now, version.effectiveAt)

/** Versions never change (G13), so a parsed one is kept for good; there are few. */
const parsed = new Map<string, Product>()

const contentKey = ({ product, version, contentHash }: Pick<Version, 'product' | 'version' | 'contentHash'>) => `${product}@${version}#${contentHash}`

/** With its units in the reader's words, where it is read for somebody's page. */
function read(tx: Transaction, version: Version): Product {
  const locale = readerLanguage(tx)
  const product = parsed.get(contentKey(version))
  if (!product) throw new Error(`catalog ${contentKey(version)} was not parsed`)
  return locale === DEFAULT_LOCALE
    ? product
    : { ...product, meters: product.meters.map((meter) => ({ ...meter, englishUnit: meter.unit, unit: unitIn(meter.unit, locale, meter.unitTranslations) })) }
}

/** Parses the documents of those versions that this process meets for the first time. */
async function parseVersions(tx: Transaction, versions: readonly Version[]): Promise<void> {
  const unknown = versions.filter((version) => !parsed.has(contentKey(version)))
  if (unknown.length === 0) return
  const { product, version, contentHash, document } = catalogVersions
  const rows = await tx
    .select({ product, version, contentHash, document })
    .from(catalogVersions)
    .where(and(inArray(product, [...new Set(unknown.map((one) => one.product))]), inArray(version, [...new Set(unknown.map((one) => one.version))])))
  for (const row of rows) {
    const read = parseProduct(row.document, row.version)
    if (!read.ok) throw new Error(`catalog ${versionKey(row)} is not readable: ${JSON.stringify(read.error)}`)
    parsed.set(contentKey(row), read.value)
  }
}

/** By product, the newest version first. A snapshot reads all of them, once, because each part of a page needs some. */
async function listVersions(tx: Transaction, where?: SQL): Promise<Version[]> {
  const { product, version, contentHash, applies, effectiveAt, publishedAt } = catalogVersions
  const select = async (which?: SQL) =>
    tx.select({ product, version, contentHash, applies, effectiveAt, publishedAt }).from(catalogVersions).where(which).orderBy(asc(product), desc(version))
  return isSnapshot(tx) ? once(tx, 'catalog versions', () => select()) : select(where)
}

/** `plans`: those that are asked for by id, for one that was made for one organization is in no document (G10). */
export type ProductVersion = { product: string; version: number; plans?: readonly (string | null)[] }

const versionKey = (of: Pick<ProductVersion, 'product' | 'version'>) => `${of.product}@${of.version}`

/** Products by exact version, in one statement. */
export async function loadProducts(tx: Transaction, wanted: readonly ProductVersion[]): Promise<(of: ProductVersion) => Product> {
  const names = [...new Set(wanted.map((one) => one.product))]
  const numbers = [...new Set(wanted.map((one) => one.version))]
  const listed = names.length === 0 ? [] : await listVersions(tx, and(inArray(catalogVersions.product, names), inArray(catalogVersions.version, numbers)))
  const keys = new Set(wanted.map(versionKey))
  const versions = new Map(listed.filter((one) => keys.has(versionKey(one))).map((one) => [versionKey(one), one]))
  await parseVersions(tx, [...versions.values()])
  const customPlan = await loadCustomPlans(
    tx,
    wanted.flatMap(({ plans = [] }) => plans),
  )
  return (of) => {
    const version = versions.get(versionKey(of))
    if (!version) throw new Error(`catalog ${versionKey(of)} is not published`)
    return withCustomPlans(read(tx, version), (of.plans ?? []).map(customPlan))
  }
}

/** The newest version in effect of each product, by name of the product. */
export async function loadCatalog(tx: Transaction, now: Instant): Promise<Product[]> {
  const { effectiveAt, publishedAt } = catalogVersions
  const inEffect = (await listVersions(tx, or(lte(effectiveAt, now), eq(effectiveAt, publishedAt)))).filter((one) => isInEffect(one, now))
  const newest = inEffect.filter((one, index) => one.product !== inEffect[index - 1]?.product)
  await parseVersions(tx, newest)
  return newest.map((version) => read(tx, version))
}

/** What is sold of one product now, with the organization's own of `plans`; null where there is no such product. */
export async function loadNewestProduct(tx: Transaction, product: string, now: Instant, plans: readonly string[] = []): Promise<Product | null> {
  const versions = await listVersions(tx, eq(catalogVersions.product, product))
  const newest = versions.find((one) => one.product === product && isInEffect(one, now))
  if (!newest) return null
  await parseVersions(tx, [newest])
  return withCustomPlans(read(tx, newest), plans.map(await loadCustomPlans(tx, plans)))
}

/** Of a subscription: what it holds and what waits, and whether its organization lives on a test clock. */
export type Renewing = Pick<typeof subscriptions.$inferSelect, 'product' | 'catalogVersion' | 'plan' | 'pendingPlan' | 'periodEnd'>

/**
 * Versions that running subscriptions move to at their renewal: the newest in effect that applies to them (G13). One that
 * was published for new subscriptions only is not; nor one that came after the period's end, where the renewal is late.
 */
export async function loadRenewalProducts(
  tx: Transaction,
  renewing: readonly Renewing[],
): Promise<(of: Renewing, organization: { testClockId: unknown }) => Product> {
  const names = [...new Set(renewing.map(({ product }) => product))]
  const versions = names.length === 0 ? [] : (await listVersions(tx, inArray(catalogVersions.product, names))).filter((one) => names.includes(one.product))
  await parseVersions(tx, versions)
  const customPlan = await loadCustomPlans(
    tx,
    renewing.flatMap(({ plan, pendingPlan }) => [plan, pendingPlan]),
  )
  return ({ product, catalogVersion: held, periodEnd, plan, pendingPlan }, { testClockId }) => {
    const hasBegun = (one: Version) => !isBefore(periodEnd, one.effectiveAt) || (testClockId !== null && isAtOnce(one))
    const version = versions.find(
      (one) => one.product === product && (one.version === held || (one.version > held && one.applies === 'next_renewal' && hasBegun(one))),
    )
    if (!version) throw new Error(`catalog ${product}@${held} is not published`)
    return withCustomPlans(read(tx, version), [plan, pendingPlan].map(customPlan))
  }
}

/** Versions are numbered by one at a time, whoever publishes. */
export async function lockCatalog(tx: Transaction): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('headroom:publish_catalog'))`)
}
