import type { attention as english } from '../en/attention'
import type { Translation } from '../translation'

export const attention: Translation<typeof english> = {
  paymentFailedTitle: 'Eine Zahlung ist fehlgeschlagen',
  paymentFailed: '{number}, {amount}, konnte nicht eingezogen werden. Der Dienst läuft weiter; wir versuchen es am {at} erneut.',
  paymentFailedStops:
    '{number}, {amount}, konnte nicht eingezogen werden. Anfragen über dem Limit Ihres Tarifs werden abgelehnt, bis bezahlt ist; wir versuchen es am {at} erneut.',
  paymentFailedNoRetry: '{number}, {amount}, konnte nicht eingezogen werden und ist noch offen.',
  updateCard: 'Zahlungsmittel aktualisieren',
  seeInvoice: 'Rechnung ansehen',
  whoCanPay: 'Ein Inhaber, ein Admin oder die Rechnungsverwaltung kann die Karte aktualisieren.',
  confirmTitle: 'Ihre Bank bittet Sie, eine Zahlung zu bestätigen',
  confirm: 'Ein Wechsel von {product} wartet darauf. Nichts ändert sich, bis Sie bestätigen.',
  confirmAction: 'Bei Ihrer Bank bestätigen',
  blockedTitle: {
    limit_reached: 'Das Limit von {product} ist erreicht',
    hard_limit_reached: 'Das harte Limit von {product} ist erreicht',
    subscription_unpaid: 'Zusätzliche Nutzung von {product} ist nicht bezahlt',
    spending_cap_reached: 'Die Ausgabengrenze von {product} ist erreicht',
    quota_exhausted: 'Das Guthaben ist aufgebraucht',
  },
  blocked: {
    limit_reached: '{used} von {limit} {unit} sind verbraucht. Anfragen werden bis {at} abgelehnt, oder bis Sie in einen größeren Tarif wechseln.',
    subscription_unpaid: '{used} {unit} sind verbraucht. Was der Tarif nicht enthält, wird abgelehnt, bis die offene Rechnung bezahlt ist.',
    hard_limit_reached: '{used} {unit} sind verbraucht. Anfragen werden bis {at} abgelehnt, oder bis ein Inhaber das harte Limit erhöht.',
    spending_cap_reached:
      '{used} {unit} sind verbraucht, und was Sie darüber hinaus erlaubt haben, ist ausgegeben. Anfragen werden bis {at} abgelehnt, oder bis die Ausgabengrenze erhöht wird.',
    quota_exhausted: 'Anfragen werden abgelehnt, bis Sie es aufladen.',
  },
  addCredit: 'Guthaben aufladen',
  seeCredits: 'Zum Guthaben',
  rechargeTitle: 'Die automatische Aufladung wurde abgeschaltet',
  recharge: 'Drei Zahlungen in Folge sind fehlgeschlagen. Aktualisieren Sie die Karte und schalten Sie die Aufladung dann wieder ein.',
  seeSpending: 'Zu den Ausgaben',
  automaticTitle: 'Ein automatischer Kauf für {product} ist nicht zustande gekommen',
  automatic: 'Er wird nach einer neuen Karte erneut versucht, und nicht vorher.',
  trialTitle: 'Die Testphase von {plan} endet am {at}',
  trial: 'Dann wird zum ersten Mal von selbst abgebucht, es sei denn, Sie kündigen vorher.',
  nearTitle: '{product}: {percent, number} % genutzt',
  nearBlock: '{used} von {limit} {unit} sind verbraucht. Bei 100 % werden Anfragen abgelehnt.',
  nearOverage: '{used} von {limit} {unit} sind verbraucht. Was über das Limit hinausgeht, wird berechnet.',
  seePlans: 'Tarife ansehen',
  whoCanPlan: 'Ein Inhaber oder Admin kann den Tarif wechseln.',
  endsTitle: '{plan} endet am {at}',
  ends: 'Bis dahin können Sie {product} reaktivieren.',
  reactivate: 'Zum Tarif',
}
