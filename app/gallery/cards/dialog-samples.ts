import { newId } from '@/lib/ids'
import type { Locale } from '@/lib/locale'
import { minor } from '@/lib/money'
import { quotedIn } from './dialog-quotes'
import { LONG_NAME, ORG, PERIOD } from './state'
import { CHANNEL, ENDPOINT, EXPECTED, KEY, TOPICS } from './states/connections'
import { BOUGHT, VIEW } from './states/credits'
import { OWNER, SEAT_PRICE, TEAM } from './states/people'
import { SUBSCRIPTION } from './states/plan'

/** What the dialogs are about. */
export const dialogSamples = (language: Locale) => ({
  org: ORG,
  name: LONG_NAME,
  credits: { view: VIEW, bought: BOUGHT },
  seatPrice: SEAT_PRICE,
  owner: OWNER,
  member: TEAM[1] ?? OWNER,
  quoted: quotedIn(language),
  subscription: SUBSCRIPTION,
  refund: { amount: minor(10_20), currency: 'usd', invoice: newId('inv'), windowClosesAt: PERIOD.end },
  apiKey: KEY,
  endpoint: ENDPOINT,
  channel: CHANNEL,
  topics: TOPICS.map(({ topic, posted: kinds }) => ({ topic, kinds })),
  expected: EXPECTED,
})

export type DialogSamples = ReturnType<typeof dialogSamples>
