import type { mailbox as english } from '../en/mailbox'
import type { Translation } from '../translation'

export const mailbox: Translation<typeof english> = {
  title: 'Simuliertes Postfach',
  badge: 'Simuliert',
  description: 'Alle E-Mails dieser Installation landen hier. Nichts wird zugestellt, und alle, die diese Seite öffnen, sehen alles.',
  caption: 'Neueste zuerst',
  back: 'Zurück zum Dashboard',
  backToList: 'Alle E-Mails',
  received: 'Empfangen',
  subject: 'Betreff',
  to: 'An',
  from: 'Von',
  noSubject: 'Ohne Betreff',
  emptyTitle: 'Noch keine E-Mail',
  emptyBody: 'Erreichen Sie 80 % eines Limits, lassen Sie eine Zahlung fehlschlagen oder laden Sie jemanden ein: Dann erscheint die E-Mail hier.',
  view: 'E-Mail anzeigen als',
  html: 'Formatiert',
  text: 'Nur Text',
  frame: 'Die E-Mail, wie ihr Empfänger sie sieht',
  noText: 'Diese E-Mail hat keine Textfassung.',
  noHtml: 'Diese E-Mail wurde nur als Text verschickt.',
}
