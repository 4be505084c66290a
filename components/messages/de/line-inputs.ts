import type { lineInputs as english } from '../en/line-inputs'
import type { Translation } from '../translation'

export const lineInputs: Translation<typeof english> = {
  name: {
    plan: 'Tarif',
    interval: 'Abrechnung je',
    price: 'Preis',
    seats: 'Plätze',
    unused_days: 'nicht genutzte Tage',
    total_days: 'Tage insgesamt',
    meter: 'Zähler',
    allowance_left: 'übriges Kontingent',
    allowance: 'Kontingent',
    period_start: 'Beginn des Zeitraums',
    period_end: 'Ende des Zeitraums',
    members: 'Mitglieder',
    member_ids: 'IDs der Mitglieder',
    elapsed_days: 'vergangene Tage',
    days: 'Tage',
    used: 'genutzt',
    limit: 'enthalten',
    extra_units: 'zusätzliche Einheiten',
    block: 'Blockgröße',
    unit_price: 'Preis je Einheit',
    billed_before: 'schon abgerechnet',
    month_start: 'Beginn des Monats',
    late_units: 'nachgemeldete Einheiten',
    refunded: 'erstattet',
    credited: 'gutgeschrieben',
    amount: 'Betrag',
  },
  interval: { month: 'Monat', year: 'Jahr' },
}
