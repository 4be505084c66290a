import type { sandbox as english } from '../en/sandbox'
import type { Translation } from '../translation'

export const sandbox: Translation<typeof english> = {
  clock: 'Es ist {at}',
  noClock: 'Echte Zeit',
  forward: 'Uhr',
  day: '+1 Tag',
  tenDays: '+10 Tage',
  toRenewal: 'Bis zur Verlängerung',
  use: 'Nutzen',
  usage: '{product} nutzen',
  percent: '{percent, number} % genutzt',
  units: '+{units} {unit}',
  unitsOfEach: 'je +{units}',
  card: 'Karte',
  cards: {
    works: 'Funktioniert',
    declined: 'Wird abgelehnt',
    confirms: 'Bank fragt nach',
    worksDone: 'Eine funktionierende Karte ist hinterlegt, und was offen war, wird eingezogen.',
    declinedDone: 'Eine Karte ist hinterlegt, deren Zahlungen die Bank ablehnt.',
    confirmsDone: 'Eine Karte ist hinterlegt, deren Bank jede Zahlung bestätigen lässt.',
  },
  mailbox: 'Postfach',
  moved: 'Die Uhr steht jetzt auf {at}.',
  made: 'Die Nutzung wurde gemeldet.',
  refusal: {
    clock_advancing: 'Die Uhr ist bereits unterwegs.',
    clock_backwards: 'Die Uhr kann nicht zurückgestellt werden.',
    payments_unsettled: 'Eine Zahlung ist noch nicht abgeschlossen; dort hat die Uhr angehalten. Stellen Sie sie gleich noch einmal.',
    already_used: 'So viel ist schon genutzt.',
    other: 'Das war nicht möglich.',
  },
}
