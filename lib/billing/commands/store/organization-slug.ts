import { eq, like, or } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { organizations } from '../../../../db/schema'

/**
 * First segments of addresses that are ours, or may become ours. A test reads the route tree of `app` and fails where one
 * is missing here.
 */
export const RESERVED_SLUGS: ReadonlySet<string> = new Set(
  [
    'about account accounts actions admin api app assets auth billing changelog checkout contact dashboard docs embed favicon gallery health help home icon',
    'invitation invitations invite legal login logout mail manifest metrics new next operator organization organizations portal pricing privacy',
    'password profile public robots sandbox settings sign-in sign-out sign-up signin signout signup sitemap static status stripe support terms webhooks well-known www',
  ].flatMap((line) => line.split(' ')),
)

const SLUG_MAX = 40

/** `Ünïted Tea & Co.` → `united-tea-co`. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'organization' : slug
}

/** The first of `acme`, `acme-2`, `acme-3` … that is nobody's and no route's; only the engine sees all of them. */
export async function findFreeSlug(tx: Transaction, name: string): Promise<string> {
  const base = slugOf(name)
  const rows = await tx
    .select({ slug: organizations.slug })
    .from(organizations)
    .where(or(eq(organizations.slug, base), like(organizations.slug, `${base}-%`)))
  const taken = new Set(rows.map((row) => row.slug))
  const isFree = (slug: string) => !taken.has(slug) && !RESERVED_SLUGS.has(slug)
  if (isFree(base)) return base
  for (let number = 2; ; number++) {
    const slug = `${base}-${number}`
    if (isFree(slug)) return slug
  }
}
