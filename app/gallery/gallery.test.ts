import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DIALOG_NAMES } from './dialogs/names'

const ROOT = resolve(import.meta.dirname, '../..')
const DOMAIN = [
  'overview',
  'usage',
  'plan',
  'spending',
  'credits',
  'invoices',
  'team',
  'payment',
  'settings',
  'developers',
  'notifications',
  'activity',
  'operator',
] as const

/** What is looked at elsewhere, and where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'usage/above-limit': 'a part of UsageCard',
  'plan/offer': 'a part of PlanOffers',
  'plan/quote-terms': 'a part of the dialog with a quote, which e2e/change-plan.spec.ts opens',
  'spending/setting-card': 'the frame of every control of that area',
  'settings/own-second-step': 'SecondStep and Passkeys, one below the other',
  'settings/proof-form': 'what SecondStep and Passkeys ask first, which e2e/passkeys.spec.ts fills in',
  'settings/recovery-codes': 'what SecondStep and Passkeys show once',
  'team/seat-price': 'a part of TeamList and its dialogs',
  'team/role-choice': 'a part of the team’s dialogs',
  'invoices/print-page': 'a button',
  'payment/recipients': 'a part of BillingDetails',
  'developers/secret-once': 'a part of SecretDialog',
  'developers/endpoint-state': 'a part of Endpoints',
  'developers/event-choice': 'a part of EndpointDialog',
  'developers/refresh-while-waiting': 'draws nothing',
  'developers/resend': 'a button',
  'developers/write-notices': 'part of ApiKeys and Endpoints',
  'notifications/channel-actions': 'a part of ChannelList',
  'operator/action-form': 'a part of every card of the desk that does something',
  'operator/choice': 'a field of ActionForm',
  'operator/desk-menu': 'the frame of the desk in e2e/accessibility.spec.ts',
  'operator/desk-navigation': 'the frame of the desk in e2e/accessibility.spec.ts',
  'operator/desk-navigation-toggle': 'the frame of the desk in e2e/accessibility.spec.ts',
  'operator/desk-shell': 'the frame of the desk in e2e/accessibility.spec.ts',
  'operator/lost-phones': 'a part of the desk’s page of an organization’s members',
  'operator/open-desk-form': 'a page of its own in e2e/operator.spec.ts',
  'notifications/resend-button': 'a part of DeliveryLog',
}

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'))

const shown = sources('app/gallery').join('\n')
const components = DOMAIN.flatMap((area) =>
  readdirSync(join(ROOT, 'components', area))
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => `${area}/${file.replace('.tsx', '')}`),
)

describe('the gallery', () => {
  it.each(components)('shows %s, or says where it is looked at', (component) => {
    const isShown = shown.includes(`from '@/components/${component}'`)
    expect(isShown || component in ELSEWHERE).toBe(true)
  })

  it('says that of nothing which is gone or shown', () => {
    for (const component of Object.keys(ELSEWHERE)) {
      expect(components).toContain(component)
      expect(shown, component).not.toContain(`from '@/components/${component}'`)
    }
  })

  it('has a page for each dialog', () => {
    expect(DIALOG_NAMES.length).toBe(new Set(DIALOG_NAMES).size)
  })
})
