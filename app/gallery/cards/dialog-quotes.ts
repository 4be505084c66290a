import type { ActionOffer, PlanOffer, PlanView } from '@/lib/billing/views/plan'
import type { ChargeView, FirstQuoteView, LineView, QuoteView } from '@/lib/billing/views/quote'
import type { Locale } from '@/lib/locale'
import { minor } from '@/lib/money'
import type { Result } from '@/lib/result'
import { figuresIn, wordSentence } from '@/lib/sentences/word-sentence'
import type { QuotedName } from '../dialogs/names'
import { LONG_NAME, NOW, PERIOD } from './state'
import { OFFER, REJECTION, SUBSCRIPTION } from './states/plan'

const LINE: LineView = {
  kind: 'proration_charge',
  description: 'Pro for the rest of the period: 20 of 30 days',
  amount: minor(20_00),
  quantity: 1n,
  unitPrice: '30.00',
  rule: 'A6',
  formula: '$30.00 × 20 / 30 = $20.00',
  inputs: { price: '30.00', unused_days: 20 },
}
const UNUSED: LineView = {
  ...LINE,
  kind: 'proration_credit',
  description: 'Unused time on Basic: 20 of 30 days',
  amount: minor(-6_67),
  formula: '−$10.00 × 20 / 30 = −$6.67',
}
const charge = (changed: Partial<ChargeView> = {}): ChargeView => ({
  lines: [UNUSED, LINE],
  total: minor(13_33),
  creditApplied: minor(0),
  carriedForward: minor(0),
  amountDue: minor(13_33),
  creditIssued: minor(0),
  ...changed,
})
const NOTHING = charge({ lines: [], total: minor(0), amountDue: minor(0) })

const quote = (changed: Partial<QuoteView> = {}): QuoteView => ({
  id: 'quote_gallery',
  kind: 'upgrade',
  currency: 'usd',
  from: { id: 'basic', name: 'Basic', interval: 'month' },
  to: { id: 'pro', name: 'Pro', interval: 'month', isFree: false, included: [{ meter: 'calls', unit: 'calls', limit: 300_000n, used: 12_480n }] },
  effective: 'now',
  effectiveAt: NOW,
  charge: charge(),
  nextRenewal: { at: PERIOD.end, amount: minor(30_00) },
  expiresAt: NOW,
  dropsPendingChange: false,
  rejection: null,
  startsNewPeriod: false,
  switchesOff: [],
  ...changed,
})
const firstQuote = (changed: Partial<FirstQuoteView> = {}): FirstQuoteView => ({
  plan: { id: 'pro', name: 'Pro' },
  currency: 'usd',
  charge: charge({ lines: [{ ...LINE, kind: 'plan', description: 'Pro, a period in advance' }], total: minor(30_00), amountDue: minor(30_00) }),
  periodEnd: PERIOD.end,
  trialEnd: null,
  nextRenewal: { at: PERIOD.end, amount: minor(30_00) },
  ...changed,
})
const MANY = Array.from({ length: 24 }, (_, index) => ({
  ...LINE,
  description: `${index + 1} members joined ${index === 0 ? LONG_NAME : 'Basic'}: 20 of 30 days`,
}))

type Quoted = {
  /** Null: it is still on its way. */
  answer: Result<QuoteView | FirstQuoteView, { code: string }> | null
  subscription: PlanView['subscription']
  to: PlanOffer
  isTrial: boolean
  action: ActionOffer['action'] | undefined
}
const dialog = (value: QuoteView | FirstQuoteView | null, changed: Partial<Quoted> = {}): Quoted => ({
  answer: value && { ok: true, value },
  subscription: SUBSCRIPTION,
  to: OFFER,
  isTrial: false,
  action: undefined,
  ...changed,
})

const QUOTED: Readonly<Record<QuotedName, Quoted>> = {
  'plan-loading': dialog(null),
  'plan-upgrade': dialog(quote()),
  'plan-with-credit': dialog(
    quote({
      charge: charge({ creditApplied: minor(13_00), carriedForward: minor(33), amountDue: minor(0) }),
      dropsPendingChange: true,
      switchesOff: ['hard_limit', 'pay_as_you_go', 'auto_upgrade', 'auto_renew'],
    }),
  ),
  'plan-downgrade': dialog(
    quote({ kind: 'downgrade', charge: charge({ lines: [UNUSED], total: minor(-6_67), amountDue: minor(0), creditIssued: minor(6_67) }) }),
  ),
  'plan-at-the-renewal': dialog(quote({ kind: 'downgrade', effective: 'period_end', effectiveAt: PERIOD.end, charge: NOTHING })),
  'plan-new-period': dialog(quote({ kind: 'renew', startsNewPeriod: true }), { action: 'renew_now' }),
  'plan-refused': dialog(quote({ kind: 'downgrade', rejection: REJECTION, charge: NOTHING })),
  'plan-not-quoted': dialog(null, { answer: { ok: false, error: { code: 'change_in_progress' } } }),
  'plan-first': dialog(firstQuote(), { subscription: null }),
  'plan-trial': dialog(firstQuote({ trialEnd: '2026-05-26T00:00:00Z', charge: NOTHING }), {
    subscription: null,
    isTrial: true,
    to: { ...OFFER, trialDays: 7 },
  }),
  'plan-new-year': dialog(quote({ kind: 'resubscribe', effective: 'period_end', effectiveAt: PERIOD.end, charge: NOTHING }), { action: 'resubscribe' }),
  'plan-many-lines': dialog(quote({ charge: charge({ lines: MANY, total: minor(12_345_678_00), amountDue: minor(12_345_678_00) }) }), {
    subscription: { ...SUBSCRIPTION, plan: { ...SUBSCRIPTION.plan, name: LONG_NAME } },
    to: { ...OFFER, name: LONG_NAME },
  }),
}

/** What the dialog asked for, and what it was answered, with the lines as the views give them: in the reader's language. */
export function quotedIn(language: Locale): typeof QUOTED {
  const inWords = (line: LineView): LineView => ({
    ...line,
    description: wordSentence(line.description, { language, currency: 'usd' }),
    formula: figuresIn(line.formula, language),
  })
  const answerOf = ({ answer }: Quoted): Quoted['answer'] => {
    if (!answer?.ok) return answer
    const { charge: asked } = answer.value
    return { ok: true, value: { ...answer.value, charge: { ...asked, lines: asked.lines.map(inWords) } } }
  }
  return Object.fromEntries(Object.entries(QUOTED).map(([name, quoted]) => [name, { ...quoted, answer: answerOf(quoted) }])) as Record<QuotedName, Quoted>
}
