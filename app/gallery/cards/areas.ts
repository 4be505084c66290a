import type { AreaName } from './area-names'
import type { GalleryArea } from './state'
import { activity } from './states/activity'
import { attention } from './states/attention'
import { connections } from './states/connections'
import { credits } from './states/credits'
import { desk } from './states/desk'
import { deskOrganization } from './states/desk-organization'
import { invoices } from './states/invoices'
import { people } from './states/people'
import { plan } from './states/plan'
import { spending } from './states/spending'
import { usage } from './states/usage'

/** What each page shows. */
export const SHOWN: Readonly<Record<AreaName, GalleryArea>> = {
  activity,
  attention,
  connections,
  credits,
  desk,
  'desk-organization': deskOrganization,
  invoices,
  people,
  plan,
  spending,
  usage,
}
