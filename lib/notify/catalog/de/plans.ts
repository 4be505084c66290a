import type { plans as english } from '../en/plans'
import type { MailTranslation } from '../translation'

export const plans: MailTranslation<typeof english> = {
  movedToFree: {
    subject: '{organization}: {product} läuft jetzt mit dem kostenlosen Tarif',
    heading: '{plan} ist beendet; {product} läuft mit dem kostenlosen Tarif weiter',
    body: 'Ab jetzt gilt das Kontingent des kostenlosen Tarifs. Ihre Daten bleiben erhalten, und Sie können jederzeit einen anderen Tarif wählen.',
    until: 'Tarif bis jetzt',
  },
  changed: {
    subject: '{organization}: {product} läuft jetzt mit {to}',
    heading: '{product} ist von {from} zu {to} gewechselt',
    body: 'Das neue Kontingent gilt ab {at}.',
    charged: 'Für den Wechsel berechnet',
  },
  scheduled: {
    subject: '{organization}: {product} wechselt am {at} zu {to}',
    heading: '{product} wechselt am {at} von {from} zu {to}',
    body: 'Bis dahin läuft {from} weiter wie bisher, und jetzt wird nichts abgebucht. Vorher können Sie den Wechsel zurücknehmen.',
    nextCharge: 'Abbuchung zu diesem Zeitpunkt',
    action: 'Wechsel ansehen oder zurücknehmen',
  },
  autoUpgraded: {
    subject: '{organization}: Upgrade von {product} auf {to}',
    heading: 'Alles, was {from} enthält, war verbraucht, daher ist {product} zu {to} gewechselt',
    body: 'Sie haben automatische Upgrades eingeschaltet. Am {at} hat ein neuer Zeitraum mit frischem Kontingent begonnen; Anfragen laufen weiter.',
    choice: 'Auf der Tarifseite können Sie einen anderen Tarif wählen oder automatische Upgrades ausschalten.',
  },
  autoUpgradeFailed: {
    renewSubject: '{organization}: {product} konnte nicht erneuert werden, und Anfragen werden abgelehnt',
    upgradeSubject: '{organization}: Upgrade von {product} nicht möglich, und Anfragen werden abgelehnt',
    renewHeading: '{plan} konnte nicht vorzeitig erneuert werden',
    upgradeHeading: 'Das automatische Upgrade von {plan} auf {wanted} ist fehlgeschlagen',
    body: 'Alles, was {plan} enthält, ist verbraucht, und {amount} konnten nicht eingezogen werden. Anfragen werden abgelehnt, bis der Zeitraum endet oder ein Tarif bezahlt ist.',
    next: 'Nichts wurde abgebucht, und in diesem Zeitraum wird es nicht von selbst erneut versucht. Mit einer anderen Karte schon.',
  },
  cancelled: {
    subject: '{organization}: {plan} endet am {at}',
    heading: '{plan} endet am {at}',
    body: 'Bis dahin funktioniert alles wie bisher, und der Tarif verlängert sich nicht. Wenn das nicht gewollt war, reaktivieren Sie ihn vorher; das kostet nichts.',
    until: 'Zugang bis',
    action: 'Reaktivieren',
  },
  reactivated: {
    subject: '{organization}: {plan} läuft weiter',
    heading: '{plan} läuft weiter',
    body: 'Die Kündigung wurde zurückgenommen. Der Tarif verlängert sich am {at}.',
    next: 'Nächste Verlängerung',
  },
  trialEnding: {
    subject: '{organization}: die Testphase von {plan} endet am {at}',
    heading: 'Die Testphase von {plan} endet am {at}',
    body: 'Dann läuft {plan} weiter, und {amount} werden für den ersten Zeitraum abgebucht, mit den Mitgliedern, wie sie jetzt sind.',
    cancel: 'Wenn Sie vorher kündigen, können Sie den Tarif bis zum Ende der Testphase nutzen, und nichts wird abgebucht.',
    first: 'Erste Abbuchung',
    firstValue: '{amount} am {at}',
  },
  renewing: {
    subject: '{organization}: {plan} verlängert sich am {at} für {amount}',
    heading: '{plan} verlängert sich am {at} um ein Jahr',
    body: 'Dann werden {amount} für das nächste Jahr abgebucht, vor Abzug von Guthaben auf Ihrem Konto. Sie müssen nichts tun.',
    cancel: 'Wenn Sie vorher kündigen, endet der Tarif an diesem Tag, und nichts wird abgebucht.',
    charge: 'Nächste Abbuchung',
    cancelAction: 'Prüfen oder kündigen',
  },
  limitDecided: {
    approvedSubject: '{organization}: ein Limit von {limit} {unit} ist genehmigt',
    declinedSubject: '{organization}: ein Limit von {limit} {unit} wurde abgelehnt',
    approvedHeading: 'Sie können jetzt ein hartes Limit von bis zu {limit} {unit} setzen',
    declinedHeading: 'Ihre Anfrage nach einem harten Limit von {limit} {unit} wurde abgelehnt',
    approved: 'Noch hat sich nichts geändert: Ein Inhaber setzt das Limit auf der Seite „Ausgaben“, die zeigt, was es höchstens kosten kann.',
    declined: 'Ihre Limits bleiben, wie sie sind. Sie können mit einem anderen Anwendungsfall noch einmal anfragen.',
    requested: 'Angefragtes Limit',
    value: '{limit} {unit}',
    action: 'Ausgaben öffnen',
  },
}
