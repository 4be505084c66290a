import type { team as english } from '../en/team'
import type { MailTranslation } from '../translation'

export const team: MailTranslation<typeof english> = {
  changed: {
    subject: '{organization}: {count, plural, one {# Platz} other {# Plätze}} von {plan}',
    heading: '{count, plural, one {# Platz} other {# Plätze}} von {plan} {count, plural, one {ist} other {sind}} jetzt belegt',
    joined: 'Neu: {names}.',
    left: 'Ausgeschieden: {names}.',
    others: '{count, plural, one {# weitere Person} other {# weitere Personen}}',
    charged:
      'Heute wird nichts abgebucht. Für hinzugekommene Plätze werden am {at} {amount} abgebucht, für den Rest des Zeitraums und zusammen mit dem, was dann fällig ist.',
    credited: 'Für aufgegebene Plätze werden Ihrem Konto am {at} {amount} gutgeschrieben.',
    unchanged: 'Was Sie für diesen Zeitraum zahlen, bleibt gleich.',
    trial: 'Plätze kosten in der Testphase nichts. Die erste Abbuchung, am {at}, zählt die Mitglieder dieses Tages.',
  },
  seats: 'Belegte Plätze',
  price: 'Preis eines Platzes',
  priceMonth: '{price} im Monat',
  priceYear: '{price} im Jahr',
  chargedOn: 'Wird abgebucht',
  creditedOn: 'Wird gutgeschrieben',
  onDay: '{amount} am {at}',
  reviewed: {
    subject: '{organization}: Plätze von {plan} geprüft',
    heading: 'Ihre Plätze von {plan} wurden geprüft',
    charged: 'Für hinzugekommene Plätze werden {amount} abgebucht.',
    credited: 'Für aufgegebene Plätze wurden Ihrem Konto {amount} gutgeschrieben.',
    seats: 'Ab jetzt bezahlte Plätze',
  },
}
