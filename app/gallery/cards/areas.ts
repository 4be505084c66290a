import type { AreaName } from './area-names'
import type { GalleryArea } from './state'
import { attention } from './states/attention'
import { connections } from './states/connections'
import { credits } from './states/credits'
import { invoices } from './states/invoices'
import { people } from './states/people'
import { plan } from './states/plan'
import { spending } from './states/spending'
import { usage } from './states/usage'

/** What each page shows. */
export const SHOWN: Readonly<Record<AreaName, GalleryArea>> = { attention, connections, credits, invoices, people, plan, spending, usage }
