import type { GrantId } from '../../ids'
import { type ExactAmount, exact, exactFromMinor, type MinorUnits, minor, sum } from '../../money'
import { addDays, earliest, type Instant } from '../../time'
import { automaticChangeOf, automaticTarget, fitsFreshPeriod } from '../core/automatic-change'
import { freePlanOf, isFree, limitOf } from '../core/catalog'
import type { ChangeDecision } from '../core/change'
import { type CollectionRemedy, type DunningDecision, decideAfterFailedCollection, RETRY_DAYS } from '../core/dunning'
import { spentThisMonth, withSettings } from '../core/extra-charging'
import type { decideConsume } from '../core/limits'
import { checkPurchase, drawDown, expiryOf, type Lot, liveLots, payDebt, prepaidBalance, tierOf } from '../core/prepaid'
import { purchaseDraft } from '../core/purchase'
import { countedUnits, unbilled } from '../core/rating'
import { decideAction } from '../core/renew-early'
import { freeTerms, type RenewalDecision } from '../core/renewal'
import type { UsageSegment } from '../core/state'
import { type Issued, SimulatedCustomer } from './simulated-customer'

/** What the bank says of the card on file. */
export type Card = 'works' | 'declines' | 'lost'

/** An invoice that the card did not pay. */
type Owed = {
  document: Issued
  firstFailedAt: Instant
  chargedAt: Instant[]
  reachedAt: Instant
  /** Null: its schedule is over. */
  retryAt: Instant | null
  /** Of how many plans before this one it is: a plan that has ended does not move to Free again (G94). */
  plan: number
}

/** All that may happen to such a customer beside the rest; a run is to have seen each of it. */
export const HAPPENINGS = [
  ...(['renewal_failed', 'renewed_by_retry', 'renewed_by_new_card', 'hard_decline_waited', 'moved_to_free', 'upgrade_declined'] as const),
  ...(['credit_bought', 'purchase_declined', 'credit_drawn', 'debt_paid', 'credit_expired'] as const),
  ...(['cap_set', 'extra_billed', 'cap_reached', 'trial_begun', 'trial_paid', 'late_usage_billed', 'auto_upgraded', 'auto_renewed'] as const),
]
export type Happening = (typeof HAPPENINGS)[number]

const REMEDY: Record<Exclude<Card, 'works'>, CollectionRemedy> = { declines: 'retry_later', lost: 'stop' }
const NOTHING = exact('0')

/** As the one before, with a card that may be refused, credit that they buy, a cap, late events and settings by which plans are bought. */
export class SpendingCustomer extends SimulatedCustomer {
  readonly happened = new Map<Happening, number>()
  readonly owed: Owed[] = []
  card: Card = 'works'
  /** When the last plan ended whose payment had failed for the last time. */
  gaveUpAt: Instant | null = null
  /** Broken rules, in words; whoever drives the customer asks after each step. */
  readonly broken: string[] = []
  private plans = 0
  private hasFailedByItself = false
  private highestCap: bigint | null = 0n
  private lots: Lot[] = []
  private debt: ExactAmount = NOTHING
  private boughtInAll = 0n
  private purchases = 0
  private usedInAll = 0n
  private expiredInAll = 0n

  note(happening: Happening): void {
    this.happened.set(happening, (this.happened.get(happening) ?? 0) + 1)
  }

  private require(isSo: boolean, what: string): void {
    if (!isSo) this.broken.push(what)
  }

  /** What is on invoices and has not come; a customer who owes has paid in less than they were given. */
  get owedInAll(): bigint {
    return sum(this.owed.map(({ document }) => document.draft.amountDue))
  }

  // The card.

  protected override collect(document: Issued): void {
    // The first one is paid before anything begins, when nothing of this class is there yet.
    if (document.draft.amountDue === 0n || this.card === undefined || this.card === 'works') {
      super.collect(document)
      return
    }
    const plan = this.plans
    const owed: Owed = { document, firstFailedAt: this.now, chargedAt: [this.now], reachedAt: this.now, retryAt: null, plan }
    this.owed.push(owed)
    this.note('renewal_failed')
    this.afterFailure(owed)
  }

  /** What a test may get wrong on purpose. */
  protected decideAfterFailure(failed: Parameters<typeof decideAfterFailedCollection>[0]): DunningDecision {
    return decideAfterFailedCollection(failed)
  }

  private afterFailure(owed: Owed): void {
    const remedy = REMEDY[this.card === 'works' ? 'declines' : this.card]
    const { product } = this
    const { firstFailedAt, chargedAt } = owed
    const decision = this.decideAfterFailure({ firstFailedAt, attemptsAt: chargedAt, remedy, now: this.now, product })
    const steps = RETRY_DAYS.map((days) => addDays(firstFailedAt, days).epochMilliseconds)
    if (decision.type === 'retry') {
      this.require(steps.includes(decision.at.epochMilliseconds), 'a try is 1, 3, 5 or 7 days after the first failure')
      owed.retryAt = decision.at
    } else {
      this.require(this.now.epochMilliseconds === steps.at(-1), 'the schedule ends 7 days after the first failure')
      owed.retryAt = null
      const free = freePlanOf(product)
      this.require((decision.movesTo === 'free') === (free !== null), 'it ends on Free where there is one')
      if (free && owed.plan === this.plans && !isFree(this.holding.terms.plan)) {
        this.note('moved_to_free')
        this.gaveUpAt = this.now
        this.moveTo(freeTerms(product, free))
      }
    }
    this.follow()
  }

  /** The status follows what of the running plan is open (G94). */
  private follow(): void {
    const isOwed = this.owed.some(({ plan, retryAt }) => plan === this.plans && retryAt !== null)
    const { status } = this.holding
    if (isOwed && status === 'active') this.holding = { ...this.holding, status: 'past_due' }
    if (!isOwed && status === 'past_due') this.holding = { ...this.holding, status: 'active' }
  }

  private tryAgain(owed: Owed): void {
    owed.reachedAt = this.now
    if (this.card === 'works') {
      this.note('renewed_by_retry')
      this.payUp(owed)
      return
    }
    // With a card that is not to be tried again the day has only its mail (G65).
    if (this.card === 'lost') this.note('hard_decline_waited')
    else owed.chargedAt.push(this.now)
    this.afterFailure(owed)
  }

  private payUp(owed: Owed): void {
    this.owed.splice(this.owed.indexOf(owed), 1)
    super.collect(owed.document)
    this.follow()
  }

  /** The bank does not refuse the next try of what is open. */
  waitForTry(): void {
    const tries = this.owed.flatMap(({ retryAt }) => retryAt ?? [])
    if (tries.length === 0) return
    this.card = 'works'
    this.waitUntil(earliest(...(tries as [Instant, ...Instant[]])))
  }

  /** It collects all that is open, oldest first (G94). */
  takeCard(card: Card): void {
    this.card = card
    this.hasFailedByItself = false
    if (card !== 'works') return
    for (const owed of [...this.owed]) {
      this.note('renewed_by_new_card')
      this.payUp(owed)
    }
  }

  protected override nextDue(): { at: Instant; happens: () => void } {
    const due = super.nextDue()
    const [first] = this.owed
      .filter(({ retryAt }) => retryAt !== null)
      .sort((a, b) => (a.retryAt?.epochMilliseconds ?? 0) - (b.retryAt?.epochMilliseconds ?? 0))
    if (!first?.retryAt || first.retryAt.epochMilliseconds >= due.at.epochMilliseconds) return due
    return { at: first.retryAt, happens: () => this.tryAgain(first) }
  }

  // Plans.

  protected override renew(): RenewalDecision {
    const wasTrial = this.holding.status === 'trialing'
    this.hasFailedByItself = false
    const decision = super.renew()
    if (wasTrial && decision.document) this.note('trial_paid')
    if (decision.document?.lines.some(({ rule }) => rule === 'C8')) this.note('late_usage_billed')
    if (decision.document?.lines.some(({ rule }) => rule === 'B5')) this.note('extra_billed')
    if (decision.change === 'moved_to_free') this.endPlan()
    this.beginMonth()
    return decision
  }

  protected override lateIsSettled(segments: readonly UsageSegment[]): void {
    const { currency } = this.product
    this.require(
      segments.every((segment) => unbilled(segment, currency).amount === 0n),
      'late usage is billed once, by the next renewal',
    )
  }

  protected override moveTo(terms: Parameters<SimulatedCustomer['moveTo']>[0]): void {
    super.moveTo(terms)
    this.endPlan()
    this.beginMonth()
  }

  private endPlan(): void {
    this.plans += 1
    this.follow()
  }

  /** Paid first, switched second: what the bank refuses does not happen. */
  protected override execute(decision: ChangeDecision): ChangeDecision {
    if (decision.outcome?.type === 'new_terms' && decision.document.amountDue > 0n && this.card !== 'works') {
      this.note('upgrade_declined')
      return { ...decision, outcome: null }
    }
    const { period } = this
    const done = super.execute(decision)
    if (this.period !== period) this.beginMonth()
    return done
  }

  setAutomatic(autoUpgrade: boolean, autoRenew: boolean): void {
    this.holding = { ...this.holding, settings: { ...this.holding.settings, autoUpgrade, autoRenew } }
  }

  /** Once an event has reached 100 %, or does not fit: once a period where it has failed (B3, B7, G63, G95). */
  private buyByItself(refused: bigint | null): void {
    const { holding, running, now } = this
    const { terms, settings, status, cancelAt } = holding
    if (status !== 'active' || cancelAt || this.hasFailedByItself || running.limit === null) return
    const change = automaticChangeOf({ terms, settings, now })
    const target = change && automaticTarget(change, terms, this.product)
    if (!target || (refused === null ? countedUnits(running) < running.limit : !fitsFreshPeriod(target, running.meter, refused))) return
    const asked = { holding: this.refundable, request: { target }, account: this.account, now, registeredAt: addDays(now, -4_000) }
    const decision = decideAction({ ...asked, action: change === 'auto_renew' ? 'renew_now' : 'change' })
    if (decision.outcome?.type !== 'new_terms') return
    const limit = limitOf(target, running.meter)
    if (this.execute(decision).outcome === null) this.hasFailedByItself = true
    else this.note(change === 'auto_renew' ? 'auto_renewed' : 'auto_upgraded')
    this.require(this.hasFailedByItself || this.running.limit === limit, 'what is bought by itself is the next tier, or the same')
  }

  // Usage.

  override use(quantity: bigint): boolean {
    const isUsed = super.use(quantity)
    this.buyByItself(isUsed ? null : quantity)
    return isUsed
  }

  protected override decideConsume(asked: Parameters<typeof decideConsume>[0]): ReturnType<typeof decideConsume> {
    const decision = super.decideConsume(asked)
    if (!decision.allowed && decision.reason === 'spending_cap_reached') this.note('cap_reached')
    return decision
  }

  /** Events of the period before that come only now (C8); its limits are its own. */
  recordLate(quantity: bigint): void {
    const { closed } = this
    const last = closed?.segments.at(-1)
    if (closed && last) this.closed = { ...closed, segments: [...closed.segments.slice(0, -1), { ...last, units: last.units + quantity }] }
  }

  setCap(enabled: boolean, cap: MinorUnits | null): void {
    const { holding, running } = this
    if (running.overLimit.type !== 'pay_as_you_go') return
    const settings = { ...holding.settings, payAsYouGo: { enabled, cap } }
    this.holding = { ...holding, settings }
    this.setRunning(withSettings(running, { settings, spentBefore: holding.capSpentBefore, currency: holding.terms.product.currency }))
    if (enabled) this.highestCap = cap === null || this.highestCap === null ? null : cap > this.highestCap ? cap : this.highestCap
    this.note('cap_set')
  }

  /** The cap counts anew (B6). */
  private beginMonth(): void {
    const { enabled, cap } = this.holding.settings.payAsYouGo
    this.highestCap = enabled ? cap : 0n
  }

  // Credit.

  buy(amount: MinorUnits): void {
    const { policies, currency } = this.product
    if (!policies.prepaid) return
    const tier = tierOf(policies.prepaid, { paid: minor(this.cashIn), firstPaidAt: null }, 1, this.now)
    if (!checkPurchase(policies.prepaid, { amount, tier, currency }).ok) return
    const draft = purchaseDraft({ amount, isAutomatic: false, account: this.account, currency })
    if (draft.amountDue > 0n && this.card !== 'works') {
      this.note('purchase_declined')
      return
    }
    this.issue(draft, null, -1)
    this.note('credit_bought')
    const price = exactFromMinor(amount, currency)
    const { remaining, debt } = payDebt(this.debt, price)
    if (debt < this.debt) this.note('debt_paid')
    this.debt = debt
    this.boughtInAll += price
    this.purchases += 1
    this.lots.push({ id: `grant_${this.purchases}` as GrantId, remaining, expiresAt: expiryOf(policies.prepaid, this.now) })
  }

  /** What came in after the cut-off is owed (P7). */
  draw(price: ExactAmount): void {
    if (this.boughtInAll === 0n) return
    this.expire()
    const before = prepaidBalance({ lots: this.lots, debt: this.debt }, this.now)
    const { draws, shortfall } = drawDown(this.lots, price, this.now)
    if (draws.length > 0) this.note('credit_drawn')
    const drawnOf = (lot: Lot) => draws.find((draw) => draw.lot === lot.id)?.amount ?? 0n
    this.lots = this.lots.map((lot) => ({ ...lot, remaining: (lot.remaining - drawnOf(lot)) as ExactAmount }))
    this.debt = (this.debt + shortfall) as ExactAmount
    this.usedInAll += price
    this.require(before - price === prepaidBalance({ lots: this.lots, debt: this.debt }, this.now), 'the balance falls by the price')
  }

  private expire(): void {
    const live = liveLots(this.lots, this.now)
    const ended = this.lots.filter((lot) => !live.includes(lot) && lot.remaining > 0n)
    for (const { remaining } of ended) {
      this.expiredInAll += remaining
      this.note('credit_expired')
    }
    this.lots = live
  }

  /** Held after each step. */
  holdMoney(): void {
    const kept = this.lots.reduce((total, { remaining }) => total + remaining, 0n)
    this.require(this.boughtInAll === this.usedInAll + this.expiredInAll + kept - this.debt, 'credit that was bought is used, expired or there')
    this.require(this.lots.every(({ remaining }) => remaining >= 0n) && this.debt >= 0n, 'no lot is overdrawn')
    const { segments, capSpentBefore } = this.holding
    const spent = capSpentBefore + spentThisMonth(segments.slice(-1), this.product.currency)
    this.require(this.highestCap === null || spent <= this.highestCap, 'a month costs no more than its cap')
    for (const { chargedAt, retryAt, firstFailedAt } of this.owed) {
      this.require(chargedAt.length <= RETRY_DAYS.length + 1, 'an invoice is charged five times at most')
      this.require(retryAt === null || retryAt.epochMilliseconds <= addDays(firstFailedAt, 7).epochMilliseconds, 'a try is within 7 days of the failure')
    }
    this.require(
      this.owed.every(({ document }) => document.paid === 0n && document.refunded === 0n),
      'what is owed was neither paid nor refunded',
    )
  }
}
