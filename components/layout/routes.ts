import type { Route } from 'next'

/** The addresses of an organization's pages, in one place; pages about one subscription carry its product. */
export const overviewPath = (org: string) => `/${org}` as Route
export const usagePath = (org: string, product?: string) => (product ? `/${org}/${product}/usage` : `/${org}/usage`) as Route
export const planPath = (org: string, product?: string) => (product ? `/${org}/${product}/plan` : `/${org}/plan`) as Route
export const spendingPath = (org: string, product?: string) => (product ? `/${org}/${product}/spending` : `/${org}/spending`) as Route
/** Each of its two lists at its place: left out, at its newest. */
export const creditsPath = (org: string, query: { lots?: string | undefined; grants?: string | undefined } = {}) =>
  `/${org}/credits${queryText(Object.fromEntries(Object.entries(query).filter(([, place]) => place !== undefined)) as Record<string, string>)}` as Route
/** The list, narrowed and at a place: what is left out is any, and the first page. */
export const invoicesPath = (org: string, query: Record<string, string> = {}) => `/${org}/invoices${queryText(query)}` as Route
export const invoicePath = (org: string, invoice: string) => `/${org}/invoices/${invoice}` as Route
export const paymentPath = (org: string) => `/${org}/payment` as Route
export const teamPath = (org: string, { query, before }: { query?: string; before?: string } = {}) =>
  `/${org}/team${queryText({ ...(query && { q: query }), ...(before && { before }) })}` as Route
export const activityPath = (org: string, query: Record<string, string> = {}) => `/${org}/activity${queryText(query)}` as Route
export const activityCsvPath = (org: string, query: Record<string, string>) => `/${org}/activity/export${queryText(query)}`
export const notificationsPath = (org: string, { failed = false, before = null }: { failed?: boolean; before?: string | null } = {}) =>
  `/${org}/notifications${queryText({ ...(failed && { show: 'failed' }), ...(before && { before }) })}` as Route
export const developersPath = (org: string) => `/${org}/developers` as Route
export const webhookPath = (org: string, endpoint: string, before?: string) =>
  `/${org}/developers/webhooks/${endpoint}${before ? `?before=${before}` : ''}` as Route
export const webhookDeliveryPath = (org: string, endpoint: string, delivery: string) => `/${org}/developers/webhooks/${endpoint}/${delivery}` as Route
export const settingsPath = (org: string) => `/${org}/settings` as Route
/** A past period's page names the period by its start. */
export const usagePeriodPath = (org: string, product: string, periodStart: string) => `/${org}/${product}/usage?period=${periodStart}` as Route
export const overageHistoryPath = (org: string, product: string, before?: string) =>
  `/${org}/${product}/usage/history${before ? `?before=${before}` : ''}` as Route
const queryText = (query: Record<string, string>) => (Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : '')
/** Data and files that scripts and the browser fetch. */
export const usageLivePath = (org: string, product: string, periodStart: string | null) =>
  `/${org}/${product}/usage/live${periodStart === null ? '' : `?period=${periodStart}`}`
export const usageExportPath = (org: string, product: string, query: { of: 'days' | 'keys'; meter: string; period: string }) =>
  `/${org}/${product}/usage/export?${new URLSearchParams(query)}`
export const invoicePdfPath = (org: string, invoice: string) => `/${org}/invoices/${invoice}/pdf`
export const invoicesCsvPath = (org: string, query: Record<string, string>) => `/${org}/invoices/export${queryText(query)}`
export const exportPath = (org: string) => `/${org}/settings/export`
export const mailboxPath = (before?: string) => `/sandbox/mail${before ? `?before=${before}` : ''}` as Route
export const mailPath = (id: string) => `/sandbox/mail/${id}` as Route
export const signInPath = '/sign-in' as Route
export const signInTo = (next: string) => (next === '/' ? signInPath : `/sign-in?${new URLSearchParams({ next })}`) as Route
export const secondStepPath = (next: string) => (next === '/' ? '/sign-in/code' : `/sign-in/code?${new URLSearchParams({ next })}`) as Route
/** Where a second step is set up that an organization asks for. */
export const setUpPath = (next: string) => `/sign-in/set-up?${new URLSearchParams({ next })}` as Route
export const portalPath = (token: string, step: 'ended' | 'confirm') => `/sign-in/portal/${encodeURIComponent(token)}/${step}`
export const forgottenPasswordPath = '/password' as Route
export const homePath = '/' as Route
