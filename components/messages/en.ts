import { attention } from './en/attention'
import { auth } from './en/auth'
import { charts } from './en/charts'
import { errors } from './en/errors'
import { invoices } from './en/invoices'
import { payment } from './en/payment'
import { plan } from './en/plan'
import { sandbox } from './en/sandbox'
import { shell } from './en/shell'
import { ui } from './en/ui'

/** The English catalog: one namespace per area, one file each in `en/`. ICU syntax; plurals by `{count, plural, …}`. */
export const messages = { attention, auth, charts, errors, invoices, payment, plan, sandbox, shell, ui }

export type Messages = typeof messages
export type Namespace = keyof Messages
