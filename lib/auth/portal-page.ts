/** The pages that a portal session may open, as the machine interface names them. */
export const PORTAL_PAGES = [
  'overview',
  'usage',
  'plan',
  'spending',
  'credits',
  'invoices',
  'payment',
  'team',
  'notifications',
  'developers',
  'activity',
  'settings',
] as const
export type PortalPage = (typeof PORTAL_PAGES)[number]

/** The short addresses, which lead on to a product where there is a choice. Anything unknown is the overview. */
export function portalPath(slug: string, page: string): string {
  return page === 'overview' || !PORTAL_PAGES.some((known) => known === page) ? `/${slug}` : `/${slug}/${page}`
}
