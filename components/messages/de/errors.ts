import type { errors as english } from '../en/errors'
import type { Translation } from '../translation'

export const errors: Translation<typeof english> = {
  notFoundTitle: 'Unter dieser Adresse gibt es nichts',
  notFoundBody: 'Vielleicht ist sie falsch geschrieben, oder sie gehört zu einer Organisation, in der Sie nicht Mitglied sind.',
  pageTitle: 'Diese Seite konnte nicht geladen werden',
  pageBody:
    'Der Fehler liegt bei uns, und das Öffnen dieser Seite hat nichts verändert. Versuchen Sie es noch einmal; wenn der Fehler bleibt, nennen Sie dem Betreiber dieses Dienstes die folgende Kennung.',
  reference: 'Kennung',
  retry: 'Erneut versuchen',
  home: 'Zu Ihrer Übersicht',
  sectionTitle: '{section} konnte nicht geladen werden',
  sectionBody: 'Der Rest dieser Seite ist davon nicht betroffen.',
}
