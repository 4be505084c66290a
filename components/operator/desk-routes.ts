import type { Route } from 'next'

/** The addresses of the operator's desk, in one place. */
const DESK = '/operator'
export const ORGANIZATION_SECTIONS = ['overview', 'invoices', 'credit', 'plans', 'payments', 'members', 'messages', 'activity'] as const
export type OrganizationSection = (typeof ORGANIZATION_SECTIONS)[number]
export type Section = 'organizations' | 'requests' | 'catalog' | 'books' | 'health' | 'clocks' | 'keys' | 'operators'

const withQuery = (path: string, query: Record<string, string | null | undefined>) => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return (given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path) as Route
}

export const deskSignInPath = `${DESK}/sign-in` as Route
export const deskSecondStepPath = (next: string) => withQuery(`${DESK}/sign-in/code`, { next })
export const deskAccountPath = `${DESK}/account` as Route
export const deskOrganizationsPath = (query: { q?: string | undefined; before?: string | undefined } = {}) => withQuery(DESK, query)
export const deskOrganizationPath = (organization: string, section: OrganizationSection = 'overview', before?: string) =>
  withQuery(`${DESK}/organizations/${organization}${section === 'overview' ? '' : `/${section}`}`, { before })
export const deskExportPath = (organization: string) => `${DESK}/organizations/${organization}/export`
export const deskInvoicePath = (organization: string, invoice: string) => `${DESK}/organizations/${organization}/invoices/${invoice}` as Route
export const deskPath = (section: Section) => (section === 'organizations' ? DESK : `${DESK}/${section}`) as Route

export const deskProductPath = (product: string) => `${DESK}/catalog/${product}` as Route

/** The entry of the sidebar that an address belongs to. */
export function deskSectionOf(pathname: string): Section {
  const segment = pathname.split('/')[2] ?? ''
  const known: readonly Section[] = ['requests', 'catalog', 'books', 'health', 'clocks', 'keys', 'operators']
  return known.find((section) => section === segment) ?? 'organizations'
}
