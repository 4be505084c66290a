import { csvLine } from '../../csv'
import type { MeterDetailView } from './usage-page'

/** Headings, and the names of calls without a key and of all small keys together, as the page words them. */
export type UsageCsvWords = { day: string; key: string; share: string; total: string; noKey: string; rest: string; unit: string }

/** The daily table of the usage page, line by line: the same columns, and no line for a day that has not begun. */
export function* dailyUsageCsv({ chart }: MeterDetailView, words: UsageCsvWords): Generator<string> {
  const keys = chart.series.map(({ key }) => key ?? words.noKey)
  yield csvLine([words.day, ...keys, ...(chart.other ? [words.rest] : []), `${words.total} (${words.unit})`])
  for (const { day, parts, other } of chart.days) {
    if (!parts) continue
    const cells = chart.other ? [...parts, other] : parts
    yield csvLine([day, ...cells, cells.reduce((all, part) => all + part, 0n)])
  }
}

/** The table of keys of the usage page: units, and the share of all in per cent. */
export function* keyUsageCsv({ keys }: MeterDetailView, words: UsageCsvWords): Generator<string> {
  yield csvLine([words.key, `${words.total} (${words.unit})`, `${words.share} (%)`])
  for (const { key, quantity, permille } of keys.items) yield csvLine([key ?? words.noKey, quantity, tenths(permille)])
  if (keys.others) yield csvLine([`${words.rest} (${keys.others.keys})`, keys.others.quantity, tenths(keys.others.permille)])
}

function tenths(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}`
}
