import type { Route } from 'next'
import {
  activityPath,
  creditsPath,
  developersPath,
  invoicesPath,
  notificationsPath,
  overviewPath,
  paymentPath,
  planPath,
  settingsPath,
  spendingPath,
  teamPath,
  usagePath,
} from './routes'

/** A product with a live subscription. One that meters nothing has no usage to show, and costs no more than its price. */
export type ProductLink = { id: string; name: string; isMetered: boolean }
export type OrganizationLink = { slug: string; name: string }

/** The pages that are about one product; each carries it in its address. */
export type ProductSection = 'usage' | 'plan' | 'spending'
export type NavigationId = ProductSection | 'overview' | 'credits' | 'invoices' | 'payment' | 'team' | 'notifications' | 'developers' | 'activity' | 'settings'
export type NavigationEntry = { id: NavigationId; href: Route; current: boolean }

const PRODUCT_PATHS: Record<ProductSection, (org: string, product?: string) => Route> = { usage: usagePath, plan: planPath, spending: spendingPath }

/** The product that the address names, else the only one; with several and none named, none. */
export function productOf(pathname: string, products: readonly ProductLink[]): ProductLink | undefined {
  const segment = pathname.split('/')[2]
  return products.find((product) => product.id === segment) ?? (products.length === 1 ? products[0] : undefined)
}

/** The section that an address belongs to: `/acme/api-calls/usage` is usage, `/acme/invoices/inv_1` is invoices. */
export function sectionOf(pathname: string): NavigationId {
  const [, , first, second] = pathname.split('/')
  const known = ['usage', 'plan', 'spending', 'credits', 'invoices', 'payment', 'team', 'notifications', 'developers', 'activity', 'settings'] as const
  // A product's segment stands before its section, also where the product is not held yet.
  return known.find((id) => id === first) ?? known.find((id) => id === second) ?? 'overview'
}

function hasSection(product: ProductLink, section: ProductSection): boolean {
  return section === 'plan' || product.isMetered
}

/** The entries of the sidebar for the page at `pathname`, in their order: what is used, what it costs, who is here. */
export function navigationEntries(org: string, products: readonly ProductLink[], pathname: string): NavigationEntry[] {
  const section = sectionOf(pathname)
  const hrefs: Record<NavigationId, Route | null> = {
    overview: overviewPath(org),
    usage: productHref(org, products, pathname, 'usage'),
    plan: productHref(org, products, pathname, 'plan'),
    spending: productHref(org, products, pathname, 'spending'),
    credits: creditsPath(org),
    invoices: invoicesPath(org),
    payment: paymentPath(org),
    team: teamPath(org),
    notifications: notificationsPath(org),
    developers: developersPath(org),
    activity: activityPath(org),
    settings: settingsPath(org),
  }
  return (Object.keys(hrefs) as NavigationId[]).flatMap((id) => {
    const href = hrefs[id]
    return href ? [{ id, href, current: id === section }] : []
  })
}

/** Straight to the product of the page, or to the only one that has it; the short address asks where there are several. Null where none has it. */
function productHref(org: string, products: readonly ProductLink[], pathname: string, section: ProductSection): Route | null {
  const pathOf = PRODUCT_PATHS[section]
  const having = products.filter((product) => hasSection(product, section))
  if (products.length > 0 && having.length === 0) return null
  const here = productOf(pathname, products)
  if (here && hasSection(here, section)) return pathOf(org, here.id)
  return pathOf(org, having.length === 1 ? having[0]?.id : undefined)
}

/** The same page for another product, or the first page that it has. */
export function sameSectionFor(org: string, product: ProductLink, pathname: string): Route {
  const section = sectionOf(pathname)
  const wanted = section === 'plan' || section === 'spending' ? section : 'usage'
  return PRODUCT_PATHS[hasSection(product, wanted) ? wanted : 'plan'](org, product.id)
}
