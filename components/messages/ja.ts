import type { Messages } from './en'
import { activity } from './ja/activity'
import { attention } from './ja/attention'
import { auth } from './ja/auth'
import { charts } from './ja/charts'
import { credits } from './ja/credits'
import { desk } from './ja/desk'
import { deskForm } from './ja/desk-form'
import { deskShell } from './ja/desk-shell'
import { developers } from './ja/developers'
import { entrance } from './ja/entrance'
import { errors } from './ja/errors'
import { invoices } from './ja/invoices'
import { lineInputs } from './ja/line-inputs'
import { mailbox } from './ja/mailbox'
import { notifications } from './ja/notifications'
import { overview } from './ja/overview'
import { passkeys } from './ja/passkeys'
import { payment } from './ja/payment'
import { plan } from './ja/plan'
import { planAdvice } from './ja/plan-advice'
import { sandbox } from './ja/sandbox'
import { secondStep } from './ja/second-step'
import { sessions } from './ja/sessions'
import { settings } from './ja/settings'
import { shell } from './ja/shell'
import { signIns } from './ja/sign-ins'
import { spending } from './ja/spending'
import { team } from './ja/team'
import { ui } from './ja/ui'
import { usage } from './ja/usage'
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
