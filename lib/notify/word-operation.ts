import { publicUrl } from '../auth/public-url'
import type { MessagePayload } from '../billing/message-payloads'
import type { Worded } from './mail'
import { pageOf, type Scene } from './scene'

export function wordChannelPaused(payload: MessagePayload<'channel_paused'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, channelName: channel, error } = payload
  const service = t(`operation.services.${payload.service}`)
  const since = payload.since === null ? null : figures.moment(payload.since)
  return {
    subject: t('operation.channelPaused.subject', { organization, channel }),
    heading: t('operation.channelPaused.heading', { channel }),
    paragraphs: [
      since === null ? t('operation.channelPaused.refused', { service, error }) : t('operation.channelPaused.unreachable', { at: since, error }),
      t('operation.channelPaused.body'),
    ],
    facts: [
      { term: t('operation.channelPaused.channel'), value: t('operation.channelPaused.value', { channel, service }) },
      ...(since === null ? [] : [{ term: t('operation.channelPaused.since'), value: since }]),
    ],
    action: { label: t('operation.channelPaused.action'), url: pageOf(payload, '/notifications') },
  }
}

/** For owners and admins: their program has missed events, and will miss more. */
export function wordWebhookDisabled(payload: MessagePayload<'webhook_disabled'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, endpointId, url } = payload
  return {
    subject: t('operation.webhookDisabled.subject', { organization }),
    heading: t('operation.webhookDisabled.heading'),
    paragraphs: [t(payload.because === 'gone' ? 'operation.webhookDisabled.gone' : 'operation.webhookDisabled.failing'), t('operation.webhookDisabled.body')],
    facts: [
      { term: t('operation.webhookDisabled.address'), value: url },
      { term: t('operation.webhookDisabled.since'), value: figures.moment(payload.failingSince) },
    ],
    action: { label: t('operation.webhookDisabled.action'), url: pageOf(payload, `/developers/webhooks/${endpointId}`) },
  }
}

export function wordChannelTest(payload: MessagePayload<'channel_test'>, { t }: Scene): Worded {
  const { organizationName: organization, channelName: channel } = payload
  return {
    subject: t('operation.test.subject', { organization, channel }),
    heading: t('operation.test.heading'),
    paragraphs: [t('operation.test.body', { organization, channel })],
    facts: [],
    action: { label: t('operation.test.action'), url: pageOf(payload, '/notifications') },
  }
}

/** To the operator (G80). */
/** What a dispute says of a payment that became credit, and is no invoice's (G80). */
const OF_KEPT = { opened: 'opened', won: 'wonKept', lost: 'lostKept' } as const

export function wordDispute(payload: MessagePayload<'payment_disputed'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, state, documentNumber, documentId } = payload
  const amount = figures.amount(payload.amount, payload.currency)
  const desk = `${publicUrl()}/operator/organizations/${payload.organizationId}`
  return {
    subject: t(`operation.dispute.${state}Subject`, { amount, organization }),
    heading: t(`operation.dispute.${state}Heading`, { amount, organization }),
    paragraphs: [t(`operation.dispute.${payload.kept ? OF_KEPT[state] : state}`)],
    facts: [
      { term: t('operation.dispute.organization'), value: organization },
      ...(documentNumber === null ? [] : [{ term: t('shared.terms.document'), value: documentNumber }]),
      { term: t('shared.terms.amount'), value: amount },
      { term: t('operation.dispute.reason'), value: payload.reason },
    ],
    action:
      documentId === null
        ? { label: t('operation.dispute.openOrganization'), url: desk }
        : { label: t('operation.dispute.action'), url: `${desk}/invoices/${documentId}` },
  }
}
