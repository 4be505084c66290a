/** A page each. */
export const AREAS = ['attention', 'connections', 'credits', 'invoices', 'people', 'plan', 'spending', 'usage'] as const

export type AreaName = (typeof AREAS)[number]
