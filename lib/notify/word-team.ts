import type { MessagePayload } from '../billing/message-payloads'
import type { MailFact, Worded } from './mail'
import { invoiceLink, pageOf, planPageOf, type Scene } from './scene'

// Seats (T1 to T5b): what one more or one fewer costs, before it is on an invoice, and what a review has made of them.

export function wordSeatsChanged(payload: MessagePayload<'seats_changed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const { organizationName: organization, planName: plan, member, type } = payload
  return {
    subject: t(`team.${type}.subject`, { organization, plan }),
    heading: t(`team.${type}.heading`, { member, plan }),
    paragraphs: [wordSeatCost(payload, scene)],
    facts: [
      { term: t('shared.terms.productAndPlan'), value: t('shared.values.productAndPlan', { product: payload.productName, plan }) },
      { term: t('team.seats'), value: figures.units(payload.seats) },
      seatPrice(payload, scene),
      ...(payload.amount === '0' ? [] : [seatCost(payload, scene)]),
    ],
    action: { label: t('shared.actions.viewTeam'), url: pageOf(payload, '/team') },
  }
}

function wordSeatCost({ type, why, amount, currency, settledAt }: MessagePayload<'seats_changed'>, { t, figures }: Scene): string {
  const at = figures.moment(settledAt)
  if (why === 'trial') return t(`team.${type}.trial`)
  if (why === 'free') return t(`team.${type}.free`)
  if (type === 'joined') return t('team.joined.charged', { amount: figures.amount(amount, currency), at })
  return amount === '0' ? t('team.left.stay', { at }) : t('team.left.credited', { amount: figures.amount(amount, currency), at })
}

function seatPrice({ interval, seatPrice: amount, currency }: MessagePayload<'seats_changed'>, { t, figures }: Scene): MailFact {
  const price = figures.amount(amount, currency)
  return { term: t('team.price'), value: t(interval === 'year' ? 'team.priceYear' : 'team.priceMonth', { price }) }
}

function seatCost({ type, amount, currency, settledAt }: MessagePayload<'seats_changed'>, { t, figures }: Scene): MailFact {
  const value = t('team.onDay', { amount: figures.amount(amount, currency), at: figures.moment(settledAt) })
  return { term: t(type === 'joined' ? 'team.chargedOn' : 'team.creditedOn'), value }
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
