import type { deskShell as english } from '../en/desk-shell'
import type { Translation } from '../translation'

export const deskShell: Translation<typeof english> = {
  account: 'Ihr Konto',
  badge: 'Betreiber',
  navigation: 'Betreiberpult',
  waiting: 'wartet',
  role: { admin: 'Admin', support: 'Support: liest nur' },
  section: {
    organizations: 'Organisationen',
    requests: 'Anfragen',
    catalog: 'Katalog',
    books: 'Bücher',
    health: 'Zustand',
    clocks: 'Testuhren',
    keys: 'API-Schlüssel',
    operators: 'Betreiber',
  },
  link: {
    title: 'Wählen Sie ein Passwort',
    lead: 'Sie melden sich am Betreiberpult als {email} an.',
    password: 'Passwort',
    hint: 'Mindestens {minimum} Zeichen. Am besten ein Satz, den Sie sich merken können.',
    short: 'Verwenden Sie mindestens {minimum} Zeichen.',
    long: 'Verwenden Sie höchstens {maximum} Zeichen.',
    submit: 'Speichern und Pult öffnen',
    closed: 'Dieser Link gilt nicht mehr. Er gilt einmal, 10 Minuten lang. Bitten Sie einen Admin um einen neuen, oder erstellen Sie einen auf dem Server.',
    unavailable: 'Das ist im Moment nicht möglich. Es hat sich nichts geändert. Versuchen Sie es gleich noch einmal.',
    toSignIn: 'Zur Anmeldung',
  },
}
