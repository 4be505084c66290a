import type { Route } from 'next'
import { activityPath, invoicesPath, overviewPath, paymentPath, planPath, settingsPath, teamPath, usagePath } from './routes'

export type ProductLink = { id: string; name: string }
export type OrganizationLink = { slug: string; name: string }

export type NavigationId = 'overview' | 'usage' | 'plan' | 'invoices' | 'payment' | 'team' | 'activity' | 'settings'
export type NavigationEntry = { id: NavigationId; href: Route; current: boolean }

/** The product that the address names, else the only one; with several and none named, none. */
export function productOf(pathname: string, products: readonly ProductLink[]): ProductLink | undefined {
  const segment = pathname.split('/')[2]
  return products.find((product) => product.id === segment) ?? (products.length === 1 ? products[0] : undefined)
}

/** The section that an address belongs to: `/acme/api-calls/usage` is usage, `/acme/invoices/inv_1` is invoices. */
export function sectionOf(pathname: string): NavigationId {
  const [, , first, second] = pathname.split('/')
  const known = ['usage', 'plan', 'invoices', 'payment', 'team', 'activity', 'settings'] as const
  // A product's segment stands before its section, also where the product is not held yet.
  return known.find((id) => id === first) ?? known.find((id) => id === second) ?? 'overview'
}

/** The entries of the sidebar for the page at `pathname`, in their order: what is used, what it costs, who is here. */
export function navigationEntries(org: string, products: readonly ProductLink[], pathname: string): NavigationEntry[] {
  const product = productOf(pathname, products)?.id
  const section = sectionOf(pathname)
  const hrefs: Record<NavigationId, Route> = {
    overview: overviewPath(org),
    usage: usagePath(org, product),
    plan: planPath(org, product),
    invoices: invoicesPath(org),
    payment: paymentPath(org),
    team: teamPath(org),
    activity: activityPath(org),
    settings: settingsPath(org),
  }
  return (Object.keys(hrefs) as NavigationId[]).map((id) => ({ id, href: hrefs[id], current: id === section }))
}

/** The same page for another product, or its usage where the page is not about a product. */
export function sameSectionFor(org: string, product: string, pathname: string): Route {
  return sectionOf(pathname) === 'plan' ? planPath(org, product) : usagePath(org, product)
}
