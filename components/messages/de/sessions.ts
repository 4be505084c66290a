import type { sessions as english } from '../en/sessions'
import type { Translation } from '../translation'

/** Where one is signed in. */
export const sessions: Translation<typeof english> = {
  you: 'dieser Browser',
  device: '{browser} auf {system}',
  unknownBrowser: 'Ein unbekannter Browser',
  unknownAddress: 'einer unbekannten Adresse',
  facts: 'Seit {since}, zuletzt verwendet {seen}, von {address}',
  list: 'Ihre Sitzungen',
  end: 'Beenden',
  endNamed: 'Die Sitzung in {device} seit {since} beenden',
  endOthers: 'Alle anderen Sitzungen beenden',
  ended: 'Die Sitzung wurde beendet.',
  othersEnded: 'Alle anderen Sitzungen wurden beendet.',
  unavailable: 'Das ist gerade nicht möglich. Laden Sie die Seite neu und versuchen Sie es noch einmal.',
  deskTitle: 'Wo Sie am Pult angemeldet sind',
  deskHint: 'Eine Sitzung endet nach {minutes} Minuten ohne Nutzung, und nach {hours} Stunden.',
}
