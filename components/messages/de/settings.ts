import type { settings as english } from '../en/settings'
import type { Translation } from '../translation'

export const settings: Translation<typeof english> = {
  title: 'Einstellungen',
  description: 'Ihr eigenes Passwort und diese Organisation als Ganzes.',
  password: 'Ihr Passwort',
  passwordHint: 'Von {email}, für alle Organisationen, zu denen Sie gehören. Wenn Sie es ändern, werden Sie überall sonst abgemeldet.',
  current: 'Derzeitiges Passwort',
  chosen: 'Neues Passwort',
  chosenHint: 'Mindestens {minimum} Zeichen. Am besten ein Satz, den Sie sich merken können.',
  short: 'Bisher {count, plural, one {# Zeichen} other {# Zeichen}}; verwenden Sie mindestens {minimum}.',
  long: 'Verwenden Sie höchstens {maximum} Zeichen.',
  currentMissing: 'Geben Sie Ihr derzeitiges Passwort ein.',
  currentWrong: 'Das ist nicht Ihr derzeitiges Passwort.',
  change: 'Passwort ändern',
  changed: 'Ihr Passwort wurde geändert. Überall sonst sind Sie abgemeldet.',
  rateLimited: 'Zu viele Versuche. Versuchen Sie es nach {time} wieder.',
  fault: 'Wir konnten den Server nicht erreichen und wissen daher nicht, ob das geschehen ist. Laden Sie die Seite neu, um es zu sehen.',
  otherRefusal: 'Das ist im Moment nicht möglich. Es hat sich nichts geändert. Versuchen Sie es gleich noch einmal.',
  signedOut: 'Sie sind abgemeldet. Melden Sie sich wieder an; es wurde nichts geändert.',
  noPassword: 'Sie haben kein Passwort: Sie melden sich mit einem Link per E-Mail, mit einem Konto anderswo oder von einem anderen Produkt aus an.',
  choosePassword: 'Einen Link anfordern, um eines zu wählen',
  sessions: 'Wo Sie angemeldet sind',
  sessionsHint:
    'Eine Sitzung endet nach 7 Tagen ohne Nutzung, und nach 30 Tagen. Beenden Sie eine, die Sie nicht kennen, oder alle auf einmal, wenn ein Gerät verloren ging: auch diese hier, und in jeder Organisation.',
  signOutEverywhere: 'Überall abmelden',
  portal:
    '{company} hat Sie hierher geschickt und angemeldet, nur für diese Organisation. Ihr Passwort und Ihre anderen Sitzungen verwalten Sie dort, wo Sie sich selbst anmelden.',
  data: 'Daten Ihrer Organisation',
  dataHint:
    'Alles, was über diese Organisation gespeichert ist, in einer Datei (ZIP): Personen, Abonnements, Rechnungen, Zahlungen, Guthaben, Nutzung, Einstellungen, Aktivität und Nachrichten, als JSON Lines und CSV, mit einer README. Passwörter und Schlüssel sind nicht darin. Der Abruf steht in der Aktivität.',
  dataButton: 'Alles herunterladen',
  dataOwners: 'Nur Inhaber können die Daten der Organisation mitnehmen.',
  dataLater: 'Noch nicht: ein Download auf einmal und drei in der Stunde. Versuchen Sie es nach {at} noch einmal.',
  close: 'Diese Organisation schließen',
  closeHint: 'Für alle, die ihr angehören, und endgültig. Niemand erreicht hier mehr den Abrechnungsverlauf: Laden Sie vorher herunter, was Sie brauchen.',
  closeButton: 'Organisation schließen',
  closeOwners: 'Nur Inhaber können die Organisation schließen.',
  closePaid: '{plan} läuft bis {until}. Kündigen Sie zuerst; wenn der Tarif beendet ist, kann die Organisation geschlossen werden.',
  closeTitle: '{organization} endgültig schließen?',
  closeBody:
    'Alle verlieren sofort den Zugang, auch zu Rechnungen und Abrechnungsverlauf; die API nimmt keine Nutzung mehr an, und offene Einladungen werden ungültig. Das lässt sich nicht rückgängig machen.',
  closeErased:
    'Nach {days, plural, one {# Tag} other {# Tagen}} wird alles Persönliche gelöscht: Namen und Adressen von Personen, die keiner anderen Organisation angehören, einzelne Nutzungsereignisse, Nachrichten, Chats, Schlüssel und Ihre Einstellungen.',
  closeKept:
    'Das Unternehmen, bei dem Sie bezahlen, bewahrt auf, was das Gesetz verlangt: Rechnungen und Gutschriften mit dem, was darauf steht, Zahlungen, die Bücher und Summen der Nutzung.',
  closeDownload: 'Vorher alles herunterladen',
  closeName: 'Geben Sie zur Bestätigung {organization} ein',
  closeNameDiffers: 'Das ist nicht der Name. Geben Sie ihn genau so ein, wie er oben steht.',
  closeKeep: 'Behalten',
  closeConfirm: 'Endgültig schließen',
  closeOpenInvoices: 'Es gibt offene Rechnungen. Bezahlen Sie sie auf der Seite „Rechnungen“ und schließen Sie dann die Organisation.',
  closeUnbilled: 'Spät gemeldete Nutzung ist noch nicht abgerechnet. Die Rechnung kommt am {at}; bezahlen Sie sie und schließen Sie dann die Organisation.',
  closeWaiting: 'Eine Zahlung ist unterwegs. Warten Sie, bis sie abgeschlossen ist, und schließen Sie dann die Organisation.',
}
