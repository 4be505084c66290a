import { account } from './de/account'
import { credit } from './de/credit'
import { declines } from './de/declines'
import { operation } from './de/operation'
import { payments } from './de/payments'
import { plans } from './de/plans'
import { shared } from './de/shared'
import { team } from './de/team'
import { usage } from './de/usage'
import type { MailCatalog } from './translation'

/** The German words of every message. */
export const de: MailCatalog = { account, credit, declines, operation, payments, plans, shared, team, usage }
