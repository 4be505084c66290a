import { activity } from './de/activity'
import { attention } from './de/attention'
import { auth } from './de/auth'
import { charts } from './de/charts'
import { credits } from './de/credits'
import { desk } from './de/desk'
import { deskForm } from './de/desk-form'
import { deskShell } from './de/desk-shell'
import { developers } from './de/developers'
import { entrance } from './de/entrance'
import { errors } from './de/errors'
import { invoices } from './de/invoices'
import { lineInputs } from './de/line-inputs'
import { mailbox } from './de/mailbox'
import { notifications } from './de/notifications'
import { overview } from './de/overview'
import { passkeys } from './de/passkeys'
import { payment } from './de/payment'
import { plan } from './de/plan'
import { planAdvice } from './de/plan-advice'
import { sandbox } from './de/sandbox'
import { secondStep } from './de/second-step'
import { sessions } from './de/sessions'
import { settings } from './de/settings'
import { shell } from './de/shell'
import { signIns } from './de/sign-ins'
import { spending } from './de/spending'
import { team } from './de/team'
import { ui } from './de/ui'
import { usage } from './de/usage'
import type { Messages } from './en'
import type { Translation } from './translation'

export const messages: Translation<Messages> = {
  activity,
  attention,
  auth,
  charts,
  credits,
  desk,
  deskForm,
  deskShell,
  developers,
  entrance,
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
