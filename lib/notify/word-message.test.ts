import { beforeAll, describe, expect, it } from 'vitest'
import { newInvitationToken, sealInvitationToken } from '../auth/invitation-token'
import type { MessageKind } from '../billing/commands/store/messages'
import type { MessagePayloads } from '../billing/message-payloads'
import { drawHtml, drawText } from './draw-mail'
import { PAYLOADS } from './payloads'
import { wordMessage } from './word-message'

let token: string
let samples: MessagePayloads

const organization = { organizationName: 'Acme & <Sons>', organizationSlug: 'acme' }
const product = { ...organization, productId: 'api-calls', productName: 'API calls' }
const document = { ...organization, documentId: 'inv_01', documentNumber: 'INV-000042', amount: '1333', currency: 'usd' }
const usage = { ...product, planName: 'Basic', unit: 'calls', used: '24000', limit: '30000', percent: 80, periodEnd: '2026-05-31T00:00:00Z', currency: 'usd' }

beforeAll(() => {
  process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
  process.env.HEADROOM_URL = 'https://billing.example.com/'
  token = newInvitationToken()
  samples = {
    usage_alert_80: { ...usage, whatHappens: 'block' },
    usage_alert_100: { ...usage, used: '30000', percent: 100, whatHappens: 'overage', overageUnitPrice: '0.0005' },
    payment_failed: { ...document, reason: 'insufficient_funds', nextTryAt: '2026-05-04T00:00:00Z', lastTry: false },
    payment_action_required: { ...document, url: 'https://bank.example/confirm?a=1&b=2' },
    renewal_paid: { ...document, planName: 'Basic', periodStart: '2026-05-01T00:00:00Z', periodEnd: '2026-05-31T00:00:00Z' },
    moved_to_free: { ...product, planName: 'Basic' },
    plan_changed: { ...product, fromPlan: 'Free', toPlan: 'Basic', amount: '1000', currency: 'usd', effectiveAt: '2026-05-01T12:30:00Z' },
    auto_upgraded: { ...product, fromPlan: 'Hobby', toPlan: 'Startup', amount: '14900', currency: 'usd', effectiveAt: '2026-05-01T12:30:00Z' },
    auto_upgrade_failed: { ...product, planName: 'Hobby', wantedPlan: 'Startup', amount: '14900', currency: 'usd', reason: 'insufficient_funds' },
    cancellation_scheduled: { ...product, planName: 'Basic', cancelAt: '2026-05-31T00:00:00Z' },
    reactivated: { ...product, planName: 'Basic', renewsAt: '2026-05-31T00:00:00Z' },
    trial_ending: { ...product, planName: 'Basic', trialEnd: '2026-05-15T00:00:00Z', amount: '12000', currency: 'usd' },
    auto_recharge_done: { ...document, balance: '24.5' },
    auto_recharge_failed: { ...document, reason: 'insufficient_funds', failuresInARow: 1 },
    auto_recharge_off: { ...organization, currency: 'usd', failuresInARow: 3 },
    auto_recharge_ceiling: { ...organization, currency: 'usd', amount: '2000', monthlyLimit: '5000' },
    credit_expiring: { ...organization, currency: 'usd', remaining: '16.9987', days: 7, expiresAt: '2027-01-31T00:00:00Z' },
    invitation: { ...organization, invitedBy: 'Ada', role: 'billing', sealedToken: sealInvitationToken(token), expiresAt: '2026-05-08T00:00:00Z' },
    password_reset: { ...organization, email: 'ada@example.com', sealedToken: sealInvitationToken(token), expiresAt: '2026-05-08T00:00:00Z' },
  }
})

const KINDS = Object.keys(PAYLOADS) as MessageKind[]
const word = (kind: MessageKind, changed: Record<string, unknown> = {}) => wordMessage(kind, { ...samples[kind], ...changed })

describe.each(KINDS)('%s', (kind) => {
  it('says the same in HTML and in plain text, and names the account', () => {
    const mail = word(kind)
    const text = drawText(mail)
    const html = drawHtml(mail)
    const escaped = (words: string) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
    for (const said of [
      mail.account,
      mail.heading,
      ...mail.paragraphs,
      ...mail.facts.flatMap(({ term, value }) => [term, value]),
      mail.action.label,
      mail.action.url,
      mail.footer,
    ]) {
      expect(text).toContain(said)
      expect(html).toContain(escaped(said))
    }
    // A person's own matter names the person, whatever organizations they are in.
    expect(mail.account).toContain(kind === 'password_reset' ? 'ada@example.com' : 'Acme & <Sons>')
  })

  it('never lets a customer’s name become markup', () => {
    expect(drawHtml(word(kind))).not.toContain('<Sons>')
  })

  it('loads nothing and links nowhere but to its control', () => {
    const mail = word(kind)
    const html = drawHtml(mail)
    expect(html).not.toMatch(/<img|<script|@import|url\(/)
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href?.replace(/&amp;/g, '&'))
    expect(new Set(links)).toEqual(new Set([mail.action.url]))
  })

  it('is not sent where the payload lacks anything', () => {
    for (const field of Object.keys(samples[kind]).filter((name) => name !== 'overageUnitPrice')) {
      expect(() => word(kind, { [field]: undefined }), field).toThrow()
    }
  })

  it('holds no unfilled place', () => {
    expect(drawText(word(kind))).not.toMatch(/undefined|null|NaN|\[object|Invalid/)
  })
})

describe('a usage alert', () => {
  const said = (kind: MessageKind, changed?: Record<string, unknown>) => drawText(word(kind, changed))

  it('tells usage against allowance, the period, what happens at 100 %, and leads to the plans', () => {
    const text = said('usage_alert_80')
    expect(text).toContain('24,000 of 30,000 calls (80%)')
    expect(text).toContain('31 May 2026, 00:00 UTC')
    expect(text).toContain('At 100% requests are refused until 31 May 2026, 00:00 UTC, unless you move to a larger plan. This is a limit, not a charge.')
    expect(text).toContain('https://billing.example.com/acme/api-calls/plan')
  })

  it('names the price where usage goes on past the limit', () => {
    expect(said('usage_alert_80', { whatHappens: 'overage', overageUnitPrice: '0.0005' })).toContain('At 100% requests go on: further calls cost $0.0005 each')
    expect(said('usage_alert_100')).toContain('Requests go on. Further calls cost $0.0005 each')
  })

  it('says that requests are refused once they are', () => {
    expect(said('usage_alert_100', { whatHappens: 'block', overageUnitPrice: undefined })).toContain(
      'Requests are refused now, until 31 May 2026, 00:00 UTC or until you move to a larger plan.',
    )
  })

  it('does not speak of overage without its price', () => {
    expect(() => word('usage_alert_100', { overageUnitPrice: undefined })).toThrow()
  })

  it('shows counts beyond what a float can hold', () => {
    expect(said('usage_alert_80', { used: '9007199254740993', limit: '10000000000000000' })).toContain('9,007,199,254,740,993 of 10,000,000,000,000,000 calls')
  })
})

describe('money and time', () => {
  it.each([
    ['usd', '1333', '$13.33'],
    ['jpy', '1333', '¥1,333'],
    ['kwd', '1333', '1.333'],
  ])('%s %s reads %s', (currency, amount, shown) => {
    expect(word('renewal_paid', { currency, amount }).heading + drawText(word('renewal_paid', { currency, amount }))).toContain(shown)
  })

  it('a change that gives money back says so, without a minus', () => {
    const { facts } = word('plan_changed', { amount: '-667' })
    expect(facts).toContainEqual({ term: 'Credited to your account', value: '$6.67' })
  })

  it('a last failed payment promises no further try', () => {
    const text = drawText(word('payment_failed', { nextTryAt: null, lastTry: true }))
    expect(text).toContain('This was the last try.')
    expect(text).not.toContain('We try again')
    expect(text).toContain('The account has not enough money.')
    expect(text).toContain('https://billing.example.com/acme/payment')
  })

  it.each(['fraudulent', 'stolen_card', 'lost_card', 'anything_new'])('a bank’s %s is not repeated to whoever reads the mail', (reason) => {
    const text = drawText(word('payment_failed', { reason }))
    expect(text).toContain('The bank declined the payment and did not say why.')
    expect(text).not.toMatch(/fraud|stolen|lost/)
  })
})

describe('an invitation', () => {
  it('opens the sealed link, and nothing else in it is secret', () => {
    const mail = word('invitation')
    expect(mail.action.url).toBe(`https://billing.example.com/invitation/${token}`)
    expect(mail.paragraphs[0]).toBe('Ada invites you to join Acme & <Sons> as a billing manager.')
  })

  it('from the operator’s back end names nobody', () => {
    const mail = word('invitation', { invitedBy: organization.organizationName })
    expect(mail.subject).toBe('You are invited to Acme & <Sons>')
    expect(mail.paragraphs[0]).toBe('You are invited to join Acme & <Sons> as a billing manager.')
  })

  it('that was sealed under another secret is not sent', () => {
    expect(() => word('invitation', { sealedToken: `${samples.invitation.sealedToken.slice(0, -4)}AAAA` })).toThrow()
  })
})
