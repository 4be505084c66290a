import type { signIns as english } from '../en/sign-ins'
import type { Translation } from '../translation'

/** How somebody signed in of late. */
export const signIns: Translation<typeof english> = {
  title: 'Letzte Anmeldungen',
  hint: 'Die letzten {count}, und Versuche, die gescheitert sind. Waren Sie es einmal nicht, so wählen Sie ein anderes Passwort und beenden Sie Ihre anderen Sitzungen.',
  desk: 'Wie sich Mitglieder dieser Organisation zuletzt angemeldet haben, hier oder in einer anderen von ihnen.',
  list: 'Letzte Anmeldungen',
  none: 'Bisher hat sich niemand angemeldet.',
  firstStep: 'Erster von zwei Schritten',
  refused: 'Gescheitert',
  facts: '{at}, {browser}, von {address}',
  times: '{times, plural, one {Einmal} other {#-mal}} seit {since}',
  way: {
    password: 'Passwort',
    link: 'Link per E-Mail',
    new_password: 'Neues Passwort gewählt',
    invitation: 'Einladung',
    passkey: 'Passkey',
    code: 'Zweiter Schritt',
    portal: 'Vom Produkt hergeschickt',
    identity: 'Konto anderswo',
  },
}
