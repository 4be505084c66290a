export type { Decision, DeniedBecause } from './decision'
export { Headroom, type HeadroomOptions } from './headroom'
export type { Trouble } from './listener'
export type { RefusedUsage, UsageEvent, UsageReport } from './usage'
