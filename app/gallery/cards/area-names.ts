/** A page each. */
export const AREAS = [
  'activity',
  'attention',
  'connections',
  'credits',
  'desk',
  'desk-organization',
  'invoices',
  'people',
  'plan',
  'spending',
  'usage',
] as const

export type AreaName = (typeof AREAS)[number]
