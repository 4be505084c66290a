import type { MessagePayload } from '../billing/message-payloads'
import type { MailFact, Worded } from './mail'
import { invoiceLink, pageOf, planPageOf, type Scene } from './scene'

// Seats (T1 to T5b): what one more or one fewer costs, before it is on an invoice, and what a review has made of them.

export function wordSeatsChanged(payload: MessagePayload<'seats_changed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const { organizationName: organization, planName: plan, seats: count } = payload
  const price = figures.amount(payload.seatPrice, payload.currency)
  return {
    subject: t('team.changed.subject', { organization, plan, count }),
    heading: t('team.changed.heading', { plan, count }),
    paragraphs: [...wordWho(payload, scene), ...wordSeatCost(payload, scene)],
    facts: [
      { term: t('shared.terms.productAndPlan'), value: t('shared.values.productAndPlan', { product: payload.productName, plan }) },
      { term: t('team.seats'), value: figures.units(count) },
      { term: t('team.price'), value: payload.interval === 'year' ? t('team.priceYear', { price }) : t('team.priceMonth', { price }) },
      ...costFacts(payload, scene),
    ],
    action: { label: t('shared.actions.viewTeam'), url: pageOf(payload, '/team') },
  }
}

function wordWho({ joined, left, joinedCount, leftCount }: MessagePayload<'seats_changed'>, scene: Scene): string[] {
  const { t } = scene
  return [
    ...(joinedCount > 0 ? [t('team.changed.joined', { names: listNames(joined, joinedCount, scene) })] : []),
    ...(leftCount > 0 ? [t('team.changed.left', { names: listNames(left, leftCount, scene) })] : []),
  ]
}

function listNames(names: readonly string[], count: number, { t, figures }: Scene): string {
  const others = count - names.length
  return figures.list(others > 0 ? [...names, t('team.changed.others', { count: others })] : names)
}

function wordSeatCost({ charged, credited, currency, settledAt, isTrial }: MessagePayload<'seats_changed'>, { t, figures }: Scene): string[] {
  const at = figures.moment(settledAt)
  if (isTrial) return [t('team.changed.trial', { at })]
  if (charged === '0' && credited === '0') return [t('team.changed.unchanged')]
  return [
    ...(charged === '0' ? [] : [t('team.changed.charged', { amount: figures.amount(charged, currency), at })]),
    ...(credited === '0' ? [] : [t('team.changed.credited', { amount: figures.amount(credited, currency), at })]),
  ]
}

function costFacts({ charged, credited, currency, settledAt }: MessagePayload<'seats_changed'>, { t, figures }: Scene): MailFact[] {
  const onDay = (amount: string) => t('team.onDay', { amount: figures.amount(amount, currency), at: figures.moment(settledAt) })
  return [
    ...(charged === '0' ? [] : [{ term: t('team.chargedOn'), value: onDay(charged) }]),
    ...(credited === '0' ? [] : [{ term: t('team.creditedOn'), value: onDay(credited) }]),
  ]
}

export function wordSeatsReviewed(payload: MessagePayload<'seats_reviewed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const { organizationName: organization, planName: plan, currency } = payload
  const charged = payload.charged === '0' ? null : figures.amount(payload.charged, currency)
  const credited = payload.credited === '0' ? null : figures.amount(payload.credited, currency)
  return {
    subject: t('team.reviewed.subject', { organization, plan }),
    heading: t('team.reviewed.heading', { plan }),
    paragraphs: [
      ...(charged === null ? [] : [t('team.reviewed.charged', { amount: charged })]),
      ...(credited === null ? [] : [t('team.reviewed.credited', { amount: credited })]),
    ],
    facts: [
      { term: t('shared.terms.productAndPlan'), value: t('shared.values.productAndPlan', { product: payload.productName, plan }) },
      { term: t('team.reviewed.seats'), value: figures.units(payload.seats) },
      ...(charged === null ? [] : [{ term: t('shared.terms.charged'), value: charged }]),
      ...(credited === null ? [] : [{ term: t('shared.terms.credited'), value: credited }]),
    ],
    action: payload.documentId === null ? { label: t('shared.actions.viewPlan'), url: planPageOf(payload) } : invoiceLink(scene, payload, payload.documentId),
    links: [{ label: t('shared.actions.viewTeam'), url: pageOf(payload, '/team') }],
  }
}
