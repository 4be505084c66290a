import type { charts as english } from '../en/charts'
import type { Translation } from '../translation'

export const charts: Translation<typeof english> = {
  view: 'Nutzung anzeigen als',
  running: 'Bisher',
  daily: 'Pro Tag',
  table: 'Tabelle',
  day: 'Tag (UTC)',
  total: 'Summe',
  limit: 'Limit {limit}',
  pace: 'Gleichmäßig {limit} pro Tag',
  rest: 'Übrige Schlüssel',
  noKey: 'Ohne Schlüssel',
  empty: 'In diesem Zeitraum wurde noch nichts verbraucht.',
  summary: '{unit} pro Tag vom {start} bis {end}: insgesamt {total}, am meisten am {peakDay} mit {peak}.',
  tableCaption: '{unit} pro Tag',
}
