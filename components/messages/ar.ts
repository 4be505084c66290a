import { isolateArguments } from '@/lib/isolate-arguments'
import { activity } from './ar/activity'
import { attention } from './ar/attention'
import { auth } from './ar/auth'
import { charts } from './ar/charts'
import { credits } from './ar/credits'
import { desk } from './ar/desk'
import { deskForm } from './ar/desk-form'
import { deskShell } from './ar/desk-shell'
import { developers } from './ar/developers'
import { entrance } from './ar/entrance'
import { errors } from './ar/errors'
import { invoices } from './ar/invoices'
import { lineInputs } from './ar/line-inputs'
import { mailbox } from './ar/mailbox'
import { notifications } from './ar/notifications'
import { overview } from './ar/overview'
import { passkeys } from './ar/passkeys'
import { payment } from './ar/payment'
import { plan } from './ar/plan'
import { planAdvice } from './ar/plan-advice'
import { sandbox } from './ar/sandbox'
import { secondStep } from './ar/second-step'
import { sessions } from './ar/sessions'
import { settings } from './ar/settings'
import { shell } from './ar/shell'
import { signIns } from './ar/sign-ins'
import { spending } from './ar/spending'
import { team } from './ar/team'
import { ui } from './ar/ui'
import { usage } from './ar/usage'
import type { Messages } from './en'
import type { Translation } from './translation'

const written: Translation<Messages> = {
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

/** With every argument set apart, so that a Latin name or an amount keeps its own order. */
export const messages: Translation<Messages> = isolateArguments(written)
