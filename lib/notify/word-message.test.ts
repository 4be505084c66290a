import { wcagContrast } from 'culori'
import { describe, expect, it } from 'vitest'
import { newInvitationToken, sealInvitationToken } from '../auth/invitation-token'
import { MESSAGE_KINDS, type MessageKind } from '../billing/message-kinds'
import { drawHtml, drawText } from './draw-mail'
import { chooseMailLanguage, MAIL_LANGUAGES } from './language'
import { type SampleMessage, sampleMessages } from './sample-messages'
import { wordMessage } from './word-message'

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'https://billing.example.com/'

const SAMPLES = sampleMessages()
const escaped = (words: string) =>
  words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;').replace(/\n/g, '<br>')

/** What a version before has queued has no such field. */
const MAY_LACK = ['overageUnitPrice', 'stopsPlan', 'kept']
const token = newInvitationToken()

function word(kind: MessageKind, changed: Record<string, unknown> = {}) {
  const sample = SAMPLES.find((one) => one.kind === kind)
  return wordMessage(kind, { ...sample?.payload, ...changed })
}

it('there is a sample of every kind', () => {
  expect([...new Set(SAMPLES.map(({ kind }) => kind))].sort()).toEqual(Object.keys(MESSAGE_KINDS).sort())
})

describe.each(SAMPLES)('$kind ($variant)', ({ kind, payload }: SampleMessage) => {
  const mail = wordMessage(kind, payload)

  it.each(MAIL_LANGUAGES)('says the same in HTML and in plain text, and names the account: %s', (language) => {
    const spoken = wordMessage(kind, payload, language)
    const text = drawText(spoken)
    const html = drawHtml(spoken)
    const { account, heading, paragraphs, facts, lines, totals, action, links, footer, preferences } = spoken
    const figures = [...facts, ...lines, ...totals].flatMap(({ term, value }) => [term, value])
    const linked = [action, ...links, ...(preferences ? [preferences] : [])].flatMap(({ label, url }) => [label, url])
    for (const said of [account, heading, ...paragraphs, ...figures, ...linked, ...footer]) {
      expect(text).toContain(said)
      expect(html).toContain(escaped(said))
    }
    // A person's own matter names the person, whatever organizations they are in.
    expect(account).toContain(['password_reset', 'magic_link', 'second_step_changed'].includes(kind) ? 'ada@example.com' : 'Acme & <Sons>')
    expect(html).toContain(`<html lang="${language}" dir="${spoken.direction}">`)
  })

  it.each(MAIL_LANGUAGES.filter((language) => language !== 'en'))('leaves nothing of an invoice’s lines, and no unit, in English: %s', (language) => {
    const spoken = wordMessage(kind, payload, language)
    for (const [index, line] of spoken.lines.entries()) expect(line.term).not.toBe(mail.lines[index]?.term)
    const text = drawText(spoken)
    for (const unit of ['calls', 'images']) expect(text.split(/\s|\u2068|\u2069/)).not.toContain(unit)
  })

  it('has a subject of one line that a list of mails can show', () => {
    expect(mail.subject).toMatch(/^\S.{8,118}\S$/)
  })

  it('never lets a customer’s name become markup', () => {
    expect(drawHtml(mail)).not.toContain('<Sons>')
  })

  it('loads nothing, and the plain text has every link of the HTML', () => {
    const html = drawHtml(mail)
    expect(html).not.toMatch(/<img|<script|@import|url\(/)
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => (href ?? '').replace(/&amp;/g, '&'))
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) {
      expect(link).toMatch(/^https:\/\/(billing|bank)\.example(\.com)?\//)
      expect(drawText(mail)).toContain(link)
    }
  })

  it('is not sent where the payload lacks anything', () => {
    for (const field of Object.keys(payload).filter(
      (name) => !MAY_LACK.includes(name) && !(name === 'receipt' && kind !== 'receipt' && kind !== 'pro_forma_issued'),
    )) {
      expect(() => wordMessage(kind, { ...payload, [field]: undefined }), field).toThrow()
    }
  })

  it('holds no unfilled place', () => {
    expect(drawText(mail)).not.toMatch(/undefined|null|NaN|\[object|Invalid|\{|\}/)
  })
})

describe('a usage alert', () => {
  const said = (kind: MessageKind, changed?: Record<string, unknown>) => drawText(word(kind, changed))

  it('tells usage against allowance, the period, what happens at 100 %, and leads to the plans', () => {
    const text = said('usage_alert_80')
    expect(text).toContain('24,000 of 30,000 calls (80%)')
    expect(text).toContain('31 May 2026, 00:00 UTC')
    expect(text).toContain('At 100% requests are refused until 31 May 2026, 00:00 UTC, unless you move to a larger plan. This is a limit, not a charge.')
    expect(text).toContain('https://billing.example.com/acme/search/plan')
  })

  it('names the price where usage goes on past the limit', () => {
    expect(said('usage_alert_80', { whatHappens: 'overage', overageUnitPrice: '0.0005' })).toContain('At 100% requests go on: further calls cost $0.0005 each')
    expect(said('usage_alert_100', { whatHappens: 'overage', overageUnitPrice: '0.0005' })).toContain('Requests go on. Further calls cost $0.0005 each')
  })

  it('says that requests are refused once they are', () => {
    expect(said('usage_alert_100', { whatHappens: 'block', overageUnitPrice: undefined })).toContain(
      'Requests are refused now, until 31 May 2026, 00:00 UTC or until you move to a larger plan.',
    )
  })

  it('does not speak of overage without its price', () => {
    expect(() => word('usage_alert_100', { whatHappens: 'overage', overageUnitPrice: undefined })).toThrow()
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

describe('a receipt', () => {
  it('lists the invoice’s lines, says how many more there are, and what they add up to', () => {
    const text = drawText(word('renewal_paid'))
    expect(text).toContain('Pro for the rest of the period: 20 of 30 days: $20.00\nand 3 more lines\nTotal: $18.33\nCredit applied: −$5.00\nPaid: $13.33')
    expect(text).toContain('https://billing.example.com/acme/invoices/inv_01')
  })

  it('that was queued before receipts had lines is sent without them', () => {
    expect(word('plan_changed', { receipt: undefined })).toMatchObject({ lines: [], totals: [], links: [] })
  })

  it('of a pro-forma invoice tells where a transfer goes, and what to write on it', () => {
    const text = drawText(word('pro_forma_issued'))
    expect(text).toContain('Bank transfer:\nExample Bank\nIBAN DE89 3704 0044 0532 0130 00\nBIC COBADEFFXXX')
    expect(text).toContain('Reference: INV-000042')
    expect(drawText(word('pro_forma_issued', { bank: [] }))).not.toContain('ransfer')
  })
})

describe('an invitation', () => {
  const sealed = { sealedToken: sealInvitationToken(token) }

  it('opens the sealed link, and nothing else in it is secret', () => {
    const mail = word('invitation', sealed)
    expect(mail.action.url).toBe(`https://billing.example.com/invitation/${token}`)
    expect(mail.paragraphs[0]).toBe('Ada invites you to join Acme & <Sons> as a billing manager.')
  })

  it('from the operator’s back end names nobody', () => {
    const mail = word('invitation', { invitedBy: 'Acme & <Sons>' })
    expect(mail.subject).toBe('You are invited to Acme & <Sons>')
    expect(mail.paragraphs[0]).toBe('You are invited to join Acme & <Sons> as a billing manager.')
  })

  it('that was sealed under another secret is not sent', () => {
    expect(() => word('invitation', { sealedToken: `${sealed.sealedToken.slice(0, -4)}AAAA` })).toThrow()
  })

  it('and a link to sign in lead to the page that was asked for', () => {
    expect(word('magic_link', { ...sealed, nextPath: '/acme/plan' }).action.url).toBe(`https://billing.example.com/sign-in/link/${token}?next=%2Facme%2Fplan`)
    expect(word('magic_link', { ...sealed, nextPath: '/' }).action.url).toBe(`https://billing.example.com/sign-in/link/${token}`)
  })
})

describe('the language', () => {
  it.each([
    { wished: ['xx', null], chosen: 'en' },
    { wished: [null, undefined], chosen: 'en' },
    { wished: ['en', 'xx'], chosen: 'en' },
    { wished: ['toString', '__proto__'], chosen: 'en' },
  ])('of $wished is $chosen', ({ wished, chosen }) => {
    expect(chooseMailLanguage(...wished)).toBe(chosen)
  })
})

describe('the brand', () => {
  it.each([
    { accent: '#ffee00', shown: /^#[\da-f]{6}$/ }, // Made dark enough for white words on it.
    { accent: '#1d4ed8', shown: /^#1d4ed8$/ },
    { accent: 'blue', shown: /^#2f4bc7$/ },
  ])('$accent has a button that can be read, and says where questions go', ({ accent, shown }) => {
    const set = { HEADROOM_ACCENT_COLOR: accent, HEADROOM_BRAND_NAME: 'Fennel & Sons', HEADROOM_SUPPORT: 'help@fennel.example' }
    Object.assign(process.env, set)
    const mail = word('plan_changed')
    for (const name of Object.keys(set)) Reflect.deleteProperty(process.env, name)
    expect(mail.brand).toMatchObject({ name: 'Fennel & Sons', accent: expect.stringMatching(shown), onAccent: '#ffffff' })
    expect(wcagContrast(mail.brand.accent, mail.brand.onAccent)).toBeGreaterThanOrEqual(4.5)
    expect(drawHtml(mail)).toContain('Fennel &amp; Sons')
    expect(drawText(mail)).toContain('help@fennel.example')
  })
})
