import { account } from './en/account'
import { credit } from './en/credit'
import { declines } from './en/declines'
import { operation } from './en/operation'
import { payments } from './en/payments'
import { plans } from './en/plans'
import { shared } from './en/shared'
import { team } from './en/team'
import { usage } from './en/usage'

/** The English words of every message: ICU, as the catalog of the pages is. A translation has the same keys. */
export const en = { account, credit, declines, operation, payments, plans, shared, team, usage } as const
