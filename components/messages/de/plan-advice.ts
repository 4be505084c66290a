import type { planAdvice as english } from '../en/plan-advice'
import type { Translation } from '../translation'

export const planAdvice: Translation<typeof english> = {
  title: 'Welcher Tarif passt',
  hint: 'Was jeder Tarif mit der Nutzung Ihrer letzten {count, plural, one {Periode} other {# Perioden}} gekostet hätte, {range}.',
  method: 'Zu heutigen Preisen, für ganze Perioden, vor Guthaben. Nichts ändert sich, bis Sie einen Tarif wählen.',
  fits: '{plan} hätte alles am günstigsten abgedeckt: Ihr Tarif passt.',
  cheaper: '{plan} hätte alles für {saved} weniger abgedeckt als {current}.',
  needs: '{plan} hätte alles am günstigsten abgedeckt. Mit {current} liegen {units} {unit} über der Grenze.',
  plan: 'Tarif',
  served: 'Über der Grenze',
  extra: 'Mehrnutzung',
  total: 'Insgesamt',
  current: 'Aktuell',
  least: 'Am günstigsten',
  everything: 'Nichts abgelehnt',
  refused: '{units} {unit} abgelehnt',
  units: 'Einheiten',
  pay_as_you_go: 'Abgedeckt, wenn nutzungsabhängige Abrechnung eingeschaltet ist',
  hard_limit: 'Abgedeckt, wenn eine feste Obergrenze gesetzt ist',
  none: 'Keine',
}
