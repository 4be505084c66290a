import type { deskForm as english } from '../en/desk-form'
import type { Translation } from '../translation'

export const deskForm: Translation<typeof english> = {
  working: 'In Arbeit …',
  fault:
    'Wir konnten den Server nicht erreichen und wissen daher nicht, ob das geschehen ist. Drücken Sie noch einmal: Es geschieht einmal, gleich wie oft danach gefragt wird.',
  underWay: 'Das läuft. Es geht von selbst weiter und steht hier, sobald das Ergebnis bekannt ist.',
  secret: 'was einmal gezeigt wird',
  adminOnly: 'Das kann nur ein Admin.',
  closed: 'Die Organisation ist geschlossen: Ihre Belege werden aufbewahrt, und nichts an ihr ändert sich mehr.',
  reason: 'Grund',
  reasonHint: 'Der Kunde liest ihn in seiner Aktivität.',
  refusal: {
    signed_out: 'Sie wurden abgemeldet. Melden Sie sich wieder an; es wurde nichts geändert.',
    admin_only: 'Das kann nur ein Admin.',
    invalid_input: 'Prüfen Sie Ihre Eingabe; es wurde nichts geändert.',
    invalid_request: 'Prüfen Sie Ihre Eingabe; es wurde nichts geändert.',
    not_found: 'Das gibt es nicht mehr. Vielleicht war jemand schneller; laden Sie die Seite neu.',
    unavailable: 'Das ist im Moment nicht möglich. Es wurde nichts geändert.',
    idempotency_in_progress: 'Der erste Druck wird noch bearbeitet. Warten Sie einen Moment und laden Sie die Seite neu.',
    limit_request_decided: 'Über diese Anfrage hat schon jemand entschieden.',
    insufficient_credit: 'So viel ist nicht auf dem Guthaben.',
    not_payable: 'Die Rechnung ist nicht offen, oder ihre Zahlung ist eingegangen oder angefochten. Laden Sie die Seite neu.',
    change_in_progress: 'Eine Zahlung dazu läuft noch. Versuchen Sie es wieder, wenn sie abgeschlossen ist.',
    already_subscribed: 'Für dieses Produkt läuft schon ein bezahltes Abonnement, diese Rechnung kann also kein weiteres beginnen.',
    refund_in_progress: 'Eine Erstattung dieser Rechnung läuft.',
    refund_window_closed: 'Die Erstattungsfrist des Produkts ist abgelaufen. Als Ausnahme ist es noch möglich.',
    nothing_stopped: 'Keine verlorene Anfechtung hält die Käufe an; eine noch offene tut es, bis sie entschieden ist.',
    operator_exists: 'Diese Adresse gehört schon einem Betreiber. Für ein vergessenes Passwort erstellen Sie einen neuen Link.',
    last_admin: 'Das Pult behält mindestens einen Admin, der sich anmelden kann. Ernennen Sie zuerst einen anderen.',
    oneself: 'Das können Sie nicht mit sich selbst tun. Bitten Sie einen anderen Admin.',
    clock_backwards: 'Eine Uhr geht nur vorwärts.',
    clock_advancing: 'Diese Uhr wird schon gestellt.',
    payments_unsettled: 'Eine Abbuchung ist noch nicht abgeschlossen, daher blieb die Uhr unterwegs stehen. Versuchen Sie es noch einmal.',
    forbidden: 'Diese Installation erlaubt das nicht.',
    still_member: 'Die Person gehört noch einer Organisation an. Diese muss sie zuerst entfernen.',
  },
}
