import type { payments as english } from '../en/payments'
import type { MailTranslation } from '../translation'

export const payments: MailTranslation<typeof english> = {
  failed: {
    subject: '{organization}: die Zahlung von {amount} ist fehlgeschlagen',
    heading: 'Die Zahlung von {amount} für {document} ist fehlgeschlagen',
    retry: 'Wir versuchen es am {at} erneut. Bis dahin ändert sich nichts. Gelingt kein Versuch, endet der Tarif, und die Rechnung bleibt offen.',
    last: 'Das war der letzte Versuch. Die Rechnung bleibt offen, und Sie können sie noch bezahlen.',
    stops: 'Das war der letzte Versuch. {plan} kann nicht genutzt werden, bis die Rechnung bezahlt ist; danach geht es sofort weiter.',
    mend: 'Mit einer anderen Karte wird sie sofort bezahlt.',
    nextTry: 'Nächster Versuch',
    pay: 'Rechnung bezahlen',
  },
  confirm: {
    subject: '{organization}: Ihre Bank bittet Sie, {amount} zu bestätigen',
    heading: 'Ihre Bank bittet Sie, die Zahlung von {amount} zu bestätigen',
    body: 'Bevor Sie bestätigen, wird nichts abgebucht. Wenn Sie es nicht tun, gilt die Zahlung als fehlgeschlagen und wird erneut versucht.',
    action: '{amount} bestätigen',
  },
  renewed: {
    subject: '{organization}: {amount} für {plan} bezahlt',
    heading: '{plan} hat sich verlängert',
    body: 'Wir haben {amount} erhalten. Sie müssen nichts tun.',
    coveredSubject: '{organization}: {plan} verlängert, aus Ihrem Guthaben bezahlt',
    coveredBody: 'Ihr Guthaben hat alles bezahlt, es wurde nichts abgebucht. Sie müssen nichts tun.',
  },
  receipt: {
    subject: '{organization}: Zahlungsbeleg über {amount}',
    heading: 'Wir haben {amount} erhalten',
    plan: 'Vielen Dank. Damit ist {plan} bezahlt. Sie müssen nichts tun.',
    purchase: 'Vielen Dank. Das Guthaben steht bereit. Sie müssen nichts tun.',
    other: 'Vielen Dank. Die Rechnung {document} ist bezahlt. Sie müssen nichts tun.',
  },
  refunded: {
    subject: '{organization}: {amount} sind auf dem Weg zurück zu Ihnen',
    heading: 'Wir haben {amount} erstattet',
    body: 'Das Geld geht denselben Weg zurück, auf dem es bezahlt wurde. Banken brauchen bis zu 10 Tage, um es anzuzeigen.',
    credit: '{credit} Guthaben, das daran mitbezahlt hatte, stehen Ihnen wieder zur Verfügung.',
    movedToFree: '{plan} ist damit beendet, und das Kontingent des kostenlosen Tarifs gilt.',
    term: 'Erstattet',
    ofTerm: 'Von Rechnung',
    creditTerm: 'Zurückgegebenes Guthaben',
  },
  kept: {
    subject: '{organization}: {amount} sind eingegangen und jetzt Ihr Guthaben',
    heading: '{amount} von Ihnen sind jetzt Guthaben',
    voidInvoice:
      'Der Betrag wurde für die Rechnung {document} eingezogen, nachdem sie hinfällig geworden war. Wofür er gedacht war, ist deshalb nicht geschehen.',
    noInvoice: 'Der Betrag ging für keine unserer Rechnungen ein.',
    body: 'Er steht auf Ihrem Guthabenkonto und mindert Ihre nächsten Rechnungen von selbst. Möchten Sie ihn lieber zurück, schreiben Sie uns.',
    taken: 'Das Geld war Guthaben geworden. {credit}, die davon übrig waren, sind von Ihrem Guthaben abgezogen.',
    spent: 'Das Geld war Guthaben geworden, und dieses Guthaben war schon verbraucht.',
    takenTerm: 'Abgezogenes Guthaben',
  },
  returned: {
    subject: '{organization}: Ihre Bank hat {amount} an uns zurückgeschickt',
    heading: 'Die Erstattung von {amount} ist nicht angekommen',
    body: 'Ihre Bank hat sie zurückgeschickt, daher ist Ihr Konto wie vor der Erstattung. Ein Tarif, der damit endete, bleibt beendet.',
    next: 'Wir gehen dem nach. Schreiben Sie uns, wenn das Geld einen anderen Weg nehmen soll.',
  },
  proForma: {
    subject: '{organization}: Proforma-Rechnung über {amount} für {plan}',
    heading: 'Proforma-Rechnung {document} über {amount}',
    body: '{plan} beginnt in dem Moment, in dem sie bezahlt ist, in voller Höhe und für einen ganzen Zeitraum. Bis dahin ist nichts geschuldet, und nichts wird abgebucht.',
    byCard: 'Sie können sofort mit Karte bezahlen, oder per Überweisung mit der Rechnungsnummer als Verwendungszweck.',
    onlyCard: 'Sie können sofort mit Karte bezahlen.',
    bank: 'Überweisung',
    reference: 'Verwendungszweck',
    pay: '{amount} mit Karte zahlen',
  },
}
