import { activity } from './en/activity'
import { attention } from './en/attention'
import { auth } from './en/auth'
import { charts } from './en/charts'
import { credits } from './en/credits'
import { desk } from './en/desk'
import { deskForm } from './en/desk-form'
import { deskShell } from './en/desk-shell'
import { developers } from './en/developers'
import { entrance } from './en/entrance'
import { errors } from './en/errors'
import { invoices } from './en/invoices'
import { lineInputs } from './en/line-inputs'
import { mailbox } from './en/mailbox'
import { notifications } from './en/notifications'
import { overview } from './en/overview'
import { passkeys } from './en/passkeys'
import { payment } from './en/payment'
import { plan } from './en/plan'
import { planAdvice } from './en/plan-advice'
import { sandbox } from './en/sandbox'
import { secondStep } from './en/second-step'
import { sessions } from './en/sessions'
import { settings } from './en/settings'
import { shell } from './en/shell'
import { signIns } from './en/sign-ins'
import { spending } from './en/spending'
import { team } from './en/team'
import { ui } from './en/ui'
import { usage } from './en/usage'

/** The English catalog: one namespace per area, one file each in `en/`. ICU syntax; plurals by `{count, plural, …}`. */
export const messages = {
  activity,
  attention,
  auth,
  charts,
  credits,
  desk,
  deskForm,
  deskShell,
  entrance,
  developers,
  errors,
  invoices,
  lineInputs,
  mailbox,
  notifications,
  overview,
  passkeys,
  payment,
  plan,
  planAdvice,
  sandbox,
  secondStep,
  sessions,
  settings,
  shell,
  signIns,
  spending,
  team,
  ui,
  usage,
}

export type Messages = typeof messages
export type Namespace = keyof Messages
