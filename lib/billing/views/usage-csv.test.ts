import { describe, expect, it } from 'vitest'
import { ZERO } from '../../money'
import { dailyUsageCsv, keyUsageCsv, type UsageCsvWords } from './usage-csv'
import type { MeterDetailView } from './usage-page'

const words: UsageCsvWords = { day: 'Day (UTC)', key: 'API key', share: 'Share', total: 'Total', noKey: 'No key', rest: 'Other keys', unit: 'calls' }

const detail: MeterDetailView = {
  meter: 'calls',
  unit: 'calls',
  forecast: { usedAtPeriodEnd: null, amount: ZERO, milestones: [], stopsAt: null },
  chart: {
    series: [
      { key: '=cmd()', total: 25n },
      { key: null, total: 2n },
    ],
    other: { keys: 2, total: 9_007_199_254_740_993n },
    days: [
      { day: '2026-05-01', parts: [25n, 0n], other: 9_007_199_254_740_993n },
      { day: '2026-05-02', parts: [0n, 2n], other: 0n },
      { day: '2026-05-03', parts: null, other: 0n },
    ],
    limit: null,
  },
  keys: {
    items: [
      { key: '=cmd()', quantity: 25n, permille: 926 },
      { key: null, quantity: 1n, permille: 37 },
    ],
    others: { keys: 3, quantity: 1n, permille: 37 },
    total: 27n,
  },
}

describe('files of the usage page', () => {
  it('has a column per key of the table, exact sums, and no line for a day that has not begun', () => {
    expect([...dailyUsageCsv(detail, words)]).toEqual([
      "Day (UTC),'=cmd(),No key,Other keys,Total (calls)\r\n",
      '2026-05-01,25,0,9007199254740993,9007199254741018\r\n',
      '2026-05-02,0,2,0,2\r\n',
    ])
  })

  it('leaves out the column of other keys where there are none', () => {
    const alone = { ...detail, chart: { ...detail.chart, other: null, days: [{ day: '2026-05-01', parts: [25n, 2n], other: 0n }] } }
    expect([...dailyUsageCsv(alone, words)]).toEqual(["Day (UTC),'=cmd(),No key,Total (calls)\r\n", '2026-05-01,25,2,27\r\n'])
  })

  it('lists keys with their share, and the rest as one line', () => {
    expect([...keyUsageCsv(detail, words)]).toEqual([
      'API key,Total (calls),Share (%)\r\n',
      "'=cmd(),25,92.6\r\n",
      'No key,1,3.7\r\n',
      'Other keys (3),1,3.7\r\n',
    ])
  })
})
