import type { Route } from 'next'

/** The addresses of an organization's pages, in one place; pages about one subscription carry its product. */
export const overviewPath = (org: string) => `/${org}` as Route
export const usagePath = (org: string, product?: string) => (product ? `/${org}/${product}/usage` : `/${org}/usage`) as Route
export const planPath = (org: string, product?: string) => (product ? `/${org}/${product}/plan` : `/${org}/plan`) as Route
export const invoicesPath = (org: string) => `/${org}/invoices` as Route
export const invoicePath = (org: string, invoice: string) => `/${org}/invoices/${invoice}` as Route
export const paymentPath = (org: string) => `/${org}/payment` as Route
export const teamPath = (org: string) => `/${org}/team` as Route
export const activityPath = (org: string) => `/${org}/activity` as Route
export const signInPath = '/sign-in' as Route
export const homePath = '/' as Route
