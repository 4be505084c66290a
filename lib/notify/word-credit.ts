import type { MessagePayload } from '../billing/message-payloads'
import { wordDecline } from './decline-words'
import { formatAmount, formatMoment, formatUnitPrice, formatUnits } from './figures'
import type { Mail } from './mail'

type Worded = Omit<Mail, 'account' | 'footer'>

/** Mail about credit that was bought (P4, P5). `page`: where its credit is shown. */

export function wordRechargeDone(payload: MessagePayload<'auto_recharge_done'>, page: string): Worded {
  const amount = formatAmount(payload.amount, payload.currency)
  return {
    subject: `${payload.organizationName}: ${amount} of credit was bought`,
    heading: `Auto-recharge has bought ${amount} of credit`,
    paragraphs: ['The balance had fallen below the threshold that you have set. There is nothing for you to do.'],
    facts: [
      { term: 'Invoice', value: payload.documentNumber },
      { term: 'Bought', value: amount },
      { term: 'Balance with it', value: formatUnitPrice(payload.balance, payload.currency) },
    ],
    action: { label: 'View credit', url: page },
  }
}

export function wordRechargeFailed(payload: MessagePayload<'auto_recharge_failed'>, page: string): Worded {
  const amount = formatAmount(payload.amount, payload.currency)
  return {
    subject: `${payload.organizationName}: auto-recharge of ${amount} failed`,
    heading: `Auto-recharge could not buy ${amount} of credit`,
    paragraphs: [
      'Nothing was charged, and the invoice is void. When the balance is used up, requests are refused.',
      'It is tried again with the next request that uses credit. After three failures in a row it turns itself off.',
    ],
    facts: [
      { term: 'Amount', value: amount },
      { term: 'Reason', value: wordDecline(payload.reason) },
      { term: 'Failures in a row', value: formatUnits(payload.failuresInARow.toString()) },
    ],
    action: { label: 'Update payment method', url: page },
  }
}

export function wordRechargeOff(payload: MessagePayload<'auto_recharge_off'>, page: string): Worded {
  return {
    subject: `${payload.organizationName}: auto-recharge is off`,
    heading: `Auto-recharge has turned itself off after ${formatUnits(payload.failuresInARow.toString())} failures in a row`,
    paragraphs: ['No more credit is bought by itself. Update the payment method, and then turn auto-recharge on again or buy credit by hand.'],
    facts: [],
    action: { label: 'Turn it on again', url: page },
  }
}

export function wordRechargeCeiling(payload: MessagePayload<'auto_recharge_ceiling'>, page: string): Worded {
  const limit = formatAmount(payload.monthlyLimit, payload.currency)
  return {
    subject: `${payload.organizationName}: auto-recharge has reached its limit of ${limit} a month`,
    heading: `Auto-recharge has reached its limit of ${limit} a month`,
    paragraphs: ['No more credit is bought by itself until the next calendar month. You can raise the limit, or buy credit by hand.'],
    facts: [
      { term: 'Limit a month', value: limit },
      { term: 'Not bought', value: formatAmount(payload.amount, payload.currency) },
    ],
    action: { label: 'View credit', url: page },
  }
}

export function wordCreditExpiring(payload: MessagePayload<'credit_expiring'>, page: string): Worded {
  const remaining = formatUnitPrice(payload.remaining, payload.currency)
  const days = payload.days === 1 ? '1 day' : `${formatUnits(payload.days.toString())} days`
  return {
    subject: `${payload.organizationName}: ${remaining} of credit expires in ${days}`,
    heading: `${remaining} of credit expires on ${formatMoment(payload.expiresAt)}`,
    paragraphs: ['Credit that is not used by then is lost, and it is not refunded. What expires first is always used first.'],
    facts: [
      { term: 'Not used yet', value: remaining },
      { term: 'Expires', value: formatMoment(payload.expiresAt) },
    ],
    action: { label: 'View credit', url: page },
  }
}
