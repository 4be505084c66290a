import { account } from './ja/account'
import { credit } from './ja/credit'
import { declines } from './ja/declines'
import { operation } from './ja/operation'
import { payments } from './ja/payments'
import { plans } from './ja/plans'
import { shared } from './ja/shared'
import { team } from './ja/team'
import { usage } from './ja/usage'
import type { MailCatalog } from './translation'

/** The Japanese words of every message. */
export const ja: MailCatalog = { account, credit, declines, operation, payments, plans, shared, team, usage }
