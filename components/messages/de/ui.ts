import type { ui as english } from '../en/ui'
import type { Translation } from '../translation'

export const ui: Translation<typeof english> = {
  unanswered: 'Wir konnten den Server nicht erreichen und wissen daher nicht, ob das geschehen ist. Versuchen Sie es noch einmal: Es geschieht nie doppelt.',
  close: 'Schließen',
  cancel: 'Abbrechen',
  retry: 'Erneut versuchen',
  loading: 'Wird geladen',
  copy: '{label} kopieren',
  copied: 'Kopiert',
  copyFailed: 'Das Kopieren ist fehlgeschlagen. Markieren Sie den Text stattdessen.',
  notAvailable: 'nicht verfügbar',
  increase: 'Erhöhen',
  decrease: 'Verringern',
  optional: 'optional',
  pagination: 'Seiten',
  newer: 'Neuere',
  older: 'Ältere',
  breadcrumb: 'Brotkrumennavigation',
  external: 'öffnet einen neuen Tab',
  showPassword: 'Passwort anzeigen',
  commonPassword: 'Dieses Passwort steht auf Listen gestohlener Passwörter oder ähnelt einem davon. Wählen Sie ein anderes, am besten einen Satz.',
  hidePassword: 'Passwort verbergen',
  tone: { ok: 'In Ordnung', info: 'Hinweis', warning: 'Warnung', danger: 'Problem' },
  notifications: 'Meldungen',
}
