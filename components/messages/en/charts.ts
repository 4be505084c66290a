export const charts = {
  showChart: 'Chart',
  showTable: 'Table',
  view: 'Show as',
  day: 'Day (UTC)',
  total: 'Total',
  limit: 'Limit {limit}',
  limitName: 'Limit',
  rest: 'Other keys',
  noKey: 'No key',
  empty: 'No usage in this period yet.',
  summary: '{unit} per day from {start} to {end}: {total} in all, most on {peakDay} with {peak}.',
  cumulative: 'So far',
} as const
