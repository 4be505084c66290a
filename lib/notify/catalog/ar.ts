import { account } from './ar/account'
import { credit } from './ar/credit'
import { declines } from './ar/declines'
import { operation } from './ar/operation'
import { payments } from './ar/payments'
import { plans } from './ar/plans'
import { shared } from './ar/shared'
import { team } from './ar/team'
import { usage } from './ar/usage'
import type { MailCatalog } from './translation'

/** The Arabic words of every message. */
export const ar: MailCatalog = { account, credit, declines, operation, payments, plans, shared, team, usage }
