import type { credit as english } from '../en/credit'
import type { MailTranslation } from '../translation'

export const credit: MailTranslation<typeof english> = {
  rechargeDone: {
    subject: '{organization}: {amount} Guthaben gekauft',
    heading: 'Die automatische Aufladung hat {amount} Guthaben gekauft',
    body: 'Das Guthaben war unter die Schwelle gefallen, die Sie gesetzt haben. Sie müssen nichts tun.',
    bought: 'Gekauft',
    balance: 'Guthaben damit',
  },
  rechargeFailed: {
    subject: '{organization}: automatische Aufladung von {amount} fehlgeschlagen',
    heading: 'Die automatische Aufladung konnte {amount} Guthaben nicht kaufen',
    body: 'Nichts wurde abgebucht, und die Rechnung ist storniert. Wenn das Guthaben aufgebraucht ist, werden Anfragen abgelehnt.',
    next: 'Der nächste Versuch folgt mit der nächsten Anfrage, die Guthaben verbraucht. Nach drei Fehlschlägen in Folge schaltet sich die Aufladung ab.',
    failures: 'Fehlschläge in Folge',
  },
  rechargeOff: {
    subject: '{organization}: automatische Aufladung ist abgeschaltet',
    heading: 'Die automatische Aufladung hat sich nach {failures} Fehlschlägen in Folge abgeschaltet',
    body: 'Es wird kein Guthaben mehr von selbst gekauft. Aktualisieren Sie das Zahlungsmittel, und schalten Sie die Aufladung dann wieder ein, oder kaufen Sie Guthaben von Hand.',
    action: 'Wieder einschalten',
  },
  rechargeCeiling: {
    subject: '{organization}: automatische Aufladung hat ihre Obergrenze von {limit} im Monat erreicht',
    heading: 'Die automatische Aufladung hat ihre Obergrenze von {limit} im Monat erreicht',
    body: 'Bis zum nächsten Kalendermonat wird kein Guthaben mehr von selbst gekauft. Sie können die Obergrenze anheben oder Guthaben von Hand kaufen.',
    limit: 'Obergrenze im Monat',
    notBought: 'Nicht gekauft',
  },
  expiring: {
    subject: '{organization}: {remaining} Guthaben verfallen in {days}',
    heading: '{remaining} Guthaben verfallen am {at}',
    body: 'Was bis dahin nicht genutzt ist, geht verloren und wird nicht erstattet. Was zuerst verfällt, wird immer zuerst verbraucht.',
    unused: 'Noch nicht genutzt',
  },
  low: {
    subject: '{organization}: noch {balance} Guthaben',
    heading: 'Noch {balance} Guthaben',
    usedUpHeading: 'Ihr Guthaben ist aufgebraucht',
    body: 'Das sind weniger als {percent} des letzten Kaufs. Wenn es aufgebraucht ist, werden Anfragen abgelehnt.',
    usedUp: 'Anfragen werden jetzt abgelehnt. Sie werden wieder bedient, sobald Guthaben gekauft ist.',
    advice: 'Die automatische Aufladung kann vorher Guthaben kaufen, bis zu einer Obergrenze, die Sie setzen.',
    balance: 'Guthaben',
    lastPurchase: 'Zuletzt gekauft',
    action: 'Guthaben aufladen',
  },
}
