import type { IssuedWords } from './issued-sentences'

export const de: IssuedWords = {
  planFee: '{plan}, {interval, select, year {ein Jahr} other {ein Zeitraum}} im Voraus',
  unusedTime: 'Nicht genutzte Zeit von {plan}: {unused, number} von {total, plural, one {# Tag} other {# Tagen}}',
  restOfPeriod: '{plan} für den Rest des Zeitraums: {unused, number} von {total, plural, one {# Tag} other {# Tagen}}',
  seatsAdded: '{members, plural, one {# Mitglied} other {# Mitglieder}} hinzugekommen, {plan}: {days, number} von {total, plural, one {# Tag} other {# Tagen}}',
  seatsPassedThrough:
    '{members, plural, one {# Mitglied} other {# Mitglieder}} gekommen und gegangen, {plan}: {days, number} von {total, plural, one {# Tag} other {# Tagen}}',
  seatsRemoved:
    '{members, plural, one {# Mitglied} other {# Mitglieder}} ausgeschieden, {plan}: {days, number} von {total, plural, one {# Tag} other {# Tagen}}',
  lateUsage: 'Nachgemeldete Nutzung, {start} bis {end}: {units, number} {unit}',
  refundedAlready: 'Nicht genutzte Zeit, die schon erstattet wurde',
  rechargedCredit: 'Guthaben, automatisch aufgeladen',
  boughtCredit: 'Guthaben',
  planChanged: 'Der Tarif wechselte von {from} zu {to}.',
  intervalChanged: 'Statt {from, select, year {jährlich} other {monatlich}} wird nun {to, select, year {jährlich} other {monatlich}} abgerechnet.',
  forExtraUsage: '{amount} sind für Nutzung über dem Limit.',
  forUsage: '{amount} sind für Nutzung.',
  forLateUsage: '{amount} sind für Nutzung, die erst nach der Abrechnung ihres Zeitraums gemeldet wurde.',
  boughtCreditApplied: '{amount} gekauftes Guthaben wurden verrechnet.',
  creditApplied: '{amount} Guthaben wurden verrechnet.',
  collectedHere: '{amount} von früher waren allein zu klein zum Einziehen und werden hier eingezogen.',
  carriedForward: '{amount} sind allein zu klein zum Einziehen und kommen auf die nächste Rechnung.',
  membersAdded: '{members, plural, one {# Mitglied} other {# Mitglieder}} hinzugekommen: {amount} für die Zeit seither.',
  membersRemoved: '{members, plural, one {# Mitglied} other {# Mitglieder}} ausgeschieden: Was für die Zeit danach bezahlt war, wird Guthaben.',
  membersRemovedWithCredit: '{members, plural, one {# Mitglied} other {# Mitglieder}} ausgeschieden: {amount} Guthaben für die Zeit danach.',
  extraUnits: '{units, number} {unit} über dem Limit von {limit, number}',
  usedUnits: '{units, number} {unit}',
}
