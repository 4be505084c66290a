/** Whom the pages, mails and documents speak for: the company that runs this installation. */
export type Brand = {
  name: string
  /** `#rrggbb`; null: our own accent. Use it through `components/layout/brand.ts`, which keeps it legible. */
  accent: string | null
  /** Where somebody who is stuck finds a person. */
  support: { label: string; href: string } | null
}

const OURS = 'Headroom'

/** Read at each call: a build must not freeze what the environment says. */
export function getBrand(environment: Record<string, string | undefined> = process.env): Brand {
  const set = (name: string) => environment[name]?.trim() || null
  return {
    name: set('HEADROOM_BRAND_NAME') ?? OURS,
    accent: set('HEADROOM_ACCENT_COLOR'),
    support: readSupport(set('HEADROOM_SUPPORT')),
  }
}

/** A mail address, or a page of theirs. */
function readSupport(support: string | null): Brand['support'] {
  if (support === null) return null
  if (support.startsWith('https://')) return { label: new URL(support).host + new URL(support).pathname.replace(/\/$/, ''), href: support }
  return { label: support, href: `mailto:${support}` }
}
