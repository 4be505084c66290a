/**
 * The German of what a problem says, by its English. In braces stands what the English holds there and how it is read (`sentenceReader`);
 * the German names the same. problem-sentences.test.ts reads the sources and finds what is missing or has no use any more.
 */
export const PROBLEM_SENTENCES = {
  // The request
  'The request is not valid.': 'Die Anfrage ist nicht gültig.',
  'This could not be done right now; send the same request again.': 'Das war gerade nicht möglich; senden Sie dieselbe Anfrage noch einmal.',
  'It is not known whether this was done: look before you send it again. With an Idempotency-Key the same request can be sent again safely.':
    'Es ist nicht bekannt, ob das geschehen ist: Sehen Sie nach, bevor Sie es noch einmal senden. Mit einem Idempotency-Key kann dieselbe Anfrage gefahrlos noch einmal gesendet werden.',
  'This is our mistake, not yours. Name the request id to the operator.':
    'Das ist unser Fehler, nicht Ihrer. Nennen Sie dem Betreiber die Kennung der Anfrage (request_id).',
  'There is no {path:name} here.': '{path} gibt es hier nicht.',
  '{method:name} is not known here.': '{method} ist hier nicht bekannt.',
  'There is no such thing, or it is not yours.': 'Das gibt es nicht, oder es gehört nicht Ihnen.',
  'Send a key as "Authorization: Bearer <key>".': 'Senden Sie einen Schlüssel als „Authorization: Bearer <key>“.',
  'There is no such member to act as.': 'Das Mitglied, für das gehandelt werden soll, gibt es nicht.',
  'This needs the permission {permission:name}.': 'Dafür ist die Berechtigung {permission} nötig.',
  'No member may do this; it is the operator’s.': 'Das darf kein Mitglied; es ist Sache des Betreibers.',
  'An organization’s own key only reads that organization.': 'Der eigene Schlüssel einer Organisation liest nur diese Organisation.',
  'This needs a key with the scope {scopes:name}.': 'Dafür ist ein Schlüssel mit der Reichweite {scopes} nötig.',
  'Only the operator changes {fields:name}.': 'Nur der Betreiber ändert {fields}.',
  'This key was used for a request with another body, or acting as somebody else.':
    'Dieser Schlüssel wurde für eine Anfrage mit anderem Inhalt oder im Namen von jemand anderem verwendet.',
  'The first request with this key still runs; ask again in a moment.': 'Die erste Anfrage mit diesem Schlüssel läuft noch; fragen Sie gleich noch einmal.',
  'A period of this organization could not be closed yet; send the same request again.':
    'Ein Zeitraum dieser Organisation konnte noch nicht abgeschlossen werden; senden Sie dieselbe Anfrage noch einmal.',
  'At most {count:count} requests a second with this key.': 'Höchstens {count} Anfragen je Sekunde mit diesem Schlüssel.',
  'Too many requests without a valid key came from this address; one with a valid key is answered.':
    'Von dieser Adresse kamen zu viele Anfragen ohne gültigen Schlüssel; eine mit gültigem Schlüssel wird beantwortet.',
  'Too many invitations were sent lately, by this organization or to this address.':
    'In letzter Zeit wurden zu viele Einladungen versendet, von dieser Organisation oder an diese Adresse.',
  'An export of this organization is under way; ask again when it has ended.':
    'Ein Export dieser Organisation läuft gerade; fragen Sie noch einmal, wenn er beendet ist.',
  'Exports of other organizations are under way, as many as may be at once; ask again in a minute.':
    'Andere Organisationen werden gerade exportiert, so viele wie zugleich dürfen; versuchen Sie es in einer Minute wieder.',
  'An organization is exported at most three times an hour.': 'Eine Organisation wird höchstens dreimal in der Stunde exportiert.',
  'A body has at most 5 MB.': 'Ein Inhalt hat höchstens 5 MB.',
  'A body has at most {count:count} events.': 'Ein Inhalt hat höchstens {count} Ereignisse.',
  'Send the body as application/json.': 'Senden Sie den Inhalt als application/json.',
  'The body is not well-formed JSON in UTF-8.': 'Der Inhalt ist kein wohlgeformtes JSON in UTF-8.',
  'This notification was not signed by the payment provider.': 'Diese Mitteilung wurde nicht vom Zahlungsanbieter signiert.',
  'Test clocks are for simulated payments only.': 'Testuhren gibt es nur bei simulierten Zahlungen.',
  // What there is not
  'There is no such member.': 'Dieses Mitglied gibt es nicht.',
  'There is no such member in this organization.': 'Dieses Mitglied gibt es in der Organisation nicht.',
  'There is no such organization.': 'Diese Organisation gibt es nicht.',
  'There is no such webhook endpoint.': 'Diesen Webhook-Endpunkt gibt es nicht.',
  'There is no such delivery.': 'Diese Zustellung gibt es nicht.',
  'There is no such lease.': 'Diese Zuteilung gibt es nicht.',
  'There is no payment method on file.': 'Es ist kein Zahlungsmittel hinterlegt.',
  'The subscription has no such period.': 'Diesen Zeitraum hat das Abonnement nicht.',
  'No change waits.': 'Es steht keine Änderung an.',
  // Payments
  'The payment could not be tried, and nothing has changed: pay again.':
    'Die Zahlung konnte nicht versucht werden, und es hat sich nichts geändert: Bezahlen Sie noch einmal.',
  'The bank said: {reason:name}. Nothing has changed; update the payment method and try again.':
    'Die Bank meldet: {reason}. Es hat sich nichts geändert; aktualisieren Sie das Zahlungsmittel und versuchen Sie es noch einmal.',
  'The bank asks the customer to confirm the payment at this address.': 'Die Bank bittet den Kunden, die Zahlung unter dieser Adresse zu bestätigen.',
  'The bank refused this payment method; the one on file stays.': 'Die Bank hat dieses Zahlungsmittel abgelehnt; das hinterlegte bleibt.',
  'The payment provider could not refund this payment.': 'Der Zahlungsanbieter konnte diese Zahlung nicht erstatten.',
  'A payment or a refund is under way. A renewal or a refund settles by itself: wait for it. A paid action that waits for the bank is finished at its address, or given up by canceling the subscription.':
    'Eine Zahlung oder Erstattung läuft. Eine Verlängerung oder Erstattung erledigt sich von selbst: Warten Sie sie ab. Was auf die Bank wartet, wird unter seiner Adresse abgeschlossen oder durch Kündigen des Abonnements aufgegeben.',
  'The quote is out of date; ask for a new one. Nothing was charged.': 'Das Angebot ist veraltet; fordern Sie ein neues an. Es wurde nichts abgebucht.',
  'What is due is {amount:count} now. Nothing was charged.': 'Fällig sind jetzt {amount}. Es wurde nichts abgebucht.',
  'This invoice is {status:name}; only an open one can be paid.': 'Diese Rechnung hat den Stand „{status}“; nur eine offene kann bezahlt werden.',
  'This invoice is {status:name}, and no payment was collected for it.':
    'Diese Rechnung hat den Stand „{status}“, und es wurde keine Zahlung für sie eingezogen.',
  'A refund of this invoice is under way; wait until it has settled.': 'Eine Erstattung dieser Rechnung läuft; warten Sie, bis sie abgeschlossen ist.',
  'This product gives no refunds.': 'Bei diesem Produkt gibt es keine Erstattungen.',
  'Credit that was bought is not refunded; it can be used until it expires.':
    'Gekauftes Guthaben wird nicht erstattet; es kann genutzt werden, bis es verfällt.',
  'A refund could be asked for until {at:spoken}.': 'Eine Erstattung konnte bis {at} verlangt werden.',
  'Nothing of this invoice is left to be refunded.': 'Von dieser Rechnung ist nichts mehr zu erstatten.',
  'A refund is for a period without usage; {count:count} units of this one were used, or are handed out.':
    'Erstattet wird ein Zeitraum ohne Nutzung; von diesem wurden {count} Einheiten genutzt oder sind ausgegeben.',
  'At most {amount:money} can be refunded.': 'Höchstens {amount} können erstattet werden.',
  'Invoices are open. Pay them first; then the organization can be deleted.':
    'Rechnungen sind offen. Bezahlen Sie sie zuerst; dann kann die Organisation gelöscht werden.',
  'Usage that came in late is invoiced on {at:name}; pay that invoice first, then the organization can be deleted.':
    'Nachgemeldete Nutzung wird am {at} abgerechnet; bezahlen Sie zuerst diese Rechnung, dann kann die Organisation gelöscht werden.',
  // Credit
  'The balance does not hold as much.': 'So viel Guthaben ist nicht vorhanden.',
  'They have not so much credit of their own.': 'So viel eigenes Guthaben hat die Person nicht.',
  'At least {amount:money} is bought at once.': 'Auf einmal werden mindestens {amount} gekauft.',
  'At most {amount:money} is bought at once in trust tier {tier:count}.': 'In der Vertrauensstufe {tier} werden auf einmal höchstens {amount} gekauft.',
  // Subscriptions and changes
  'There is a live subscription of this product; change its plan instead.': 'Es gibt ein laufendes Abonnement dieses Produkts; wechseln Sie dessen Tarif.',
  '{plan:name} is active; cancel it, and begin this plan when it has ended on {at:name}.':
    '{plan} läuft; kündigen Sie ihn, und beginnen Sie diesen Tarif, wenn er am {at} geendet hat.',
  '{plan:name} runs until {at:name}; cancel it and wait for its end, or move to a free plan.':
    '{plan} läuft bis {at}; kündigen Sie ihn und warten Sie sein Ende ab, oder wechseln Sie in einen kostenlosen Tarif.',
  'This plan is not sold any more.': 'Dieser Tarif wird nicht mehr verkauft.',
  'A payment for this subscription has failed. Update the payment method first; then the plan can be changed.':
    'Eine Zahlung für dieses Abonnement ist fehlgeschlagen. Aktualisieren Sie zuerst das Zahlungsmittel; dann kann der Tarif gewechselt werden.',
  'This subscription is set to end on {at:spoken}. Reactivate it first; then the plan can be changed.':
    'Dieses Abonnement endet am {at}. Reaktivieren Sie es zuerst; dann kann der Tarif gewechselt werden.',
  'You are on {plan:name} by the {interval:month|year} already.': 'Sie haben {plan} schon, abgerechnet je {interval}.',
  '{plan:name} is not sold by the {interval:month|year} any more.': '{plan} wird nicht mehr je {interval} verkauft.',
  '{plan:name} cannot be chosen for this subscription: it is {status:name} and priced in {currency:name}.':
    '{plan} kann für dieses Abonnement nicht gewählt werden: Es hat den Stand „{status}“ und Preise in {currency}.',
  'Cancel {held:name} first; {plan:name} can be begun when it has ended.': 'Kündigen Sie zuerst {held}; {plan} kann beginnen, wenn er geendet hat.',
  'You have already downgraded in this cycle. You can downgrade again after the renewal on {at:spoken}.':
    'Sie haben in diesem Zeitraum schon in einen kleineren Tarif gewechselt. Nach der Verlängerung am {at} ist das wieder möglich.',
  'You have used {used:count} {unit:unit}, and {plan:name} includes {limit:count}. You can downgrade after the renewal on {at:spoken}.':
    'Sie haben {used} {unit} genutzt, und {plan} enthält {limit}. Nach der Verlängerung am {at} können Sie in diesen Tarif wechseln.',
  'You have used {used:count} {unit:unit}; with {days:count} [day|days] of this cycle completed, {plan:name} allows {limit:count}. You can downgrade after the renewal on {at:spoken}.':
    'Sie haben {used} {unit} genutzt; nach {days} abgeschlossenen Tagen dieses Zeitraums erlaubt {plan} {limit}. Nach der Verlängerung am {at} können Sie in diesen Tarif wechseln.',
  'You have used {used:count} {unit:unit}; with {days:count} [day|days] of this cycle completed, {plan:name} allows {limit:count}. From {from:spoken} this will fit if usage stays as it is; at the latest after the renewal on {at:spoken}.':
    'Sie haben {used} {unit} genutzt; nach {days} abgeschlossenen Tagen dieses Zeitraums erlaubt {plan} {limit}. Ab {from} passt es, wenn die Nutzung so bleibt; spätestens nach der Verlängerung am {at}.',
  '{plan:name} has no hard limit above its own; choose a plan that charges for extra usage.':
    '{plan} hat kein festes Limit über dem eigenen; wählen Sie einen Tarif, der zusätzliche Nutzung berechnet.',
  '{plan:name} by the {interval:month|year} is not upgraded by itself.': '{plan}, abgerechnet je {interval}, wird nicht von selbst erhöht.',
  '{plan:name} has no pay-as-you-go.': '{plan} hat keine nutzungsabhängige Abrechnung.',
  'This can be switched on from {at:spoken} on.': 'Das kann ab dem {at} eingeschaltet werden.',
  'There is no running paid period to cancel.': 'Es läuft kein bezahlter Zeitraum, der gekündigt werden könnte.',
  '{plan:name} costs nothing and has nothing to cancel.': '{plan} kostet nichts, und es gibt nichts zu kündigen.',
  'This subscription is set to end on {at:spoken} already.': 'Dieses Abonnement endet schon am {at}.',
  'The subscription has ended; subscribe again instead.': 'Das Abonnement ist beendet; schließen Sie ein neues ab.',
  'No cancellation is scheduled.': 'Es ist keine Kündigung vorgemerkt.',
  'Only a running yearly plan that can be re-subscribed to begins anew early; this is {plan:name} by the {interval:month|year}.':
    'Nur ein laufender Jahrestarif, der neu abgeschlossen werden kann, beginnt früher von vorn; dies ist {plan}, abgerechnet je {interval}.',
  'A term can be begun anew from {at:spoken} on.': 'Eine Laufzeit kann ab dem {at} neu begonnen werden.',
  '{plan:name} is not limited, so that its term is never used up.': '{plan} hat kein Limit; seine Laufzeit wird deshalb nie aufgebraucht.',
  'The term can be begun anew once everything included is used: {left:count} of {total:count} are left.':
    'Die Laufzeit kann neu beginnen, sobald alles Enthaltene genutzt ist: {left} von {total} sind übrig.',
  'Only an active subscription renews early; this one is {status:name}.': 'Nur ein aktives Abonnement verlängert sich früher; dieses hat den Stand „{status}“.',
  '{product:name} renews at the end of its period, not before.': '{product} verlängert sich am Ende des Zeitraums, nicht vorher.',
  '{plan:name} costs nothing and renews by itself; choose a paid plan.':
    '{plan} kostet nichts und verlängert sich von selbst; wählen Sie einen bezahlten Tarif.',
  'Renewing early is for those who registered before {at:spoken}.': 'Früher verlängern kann, wer sich vor dem {at} registriert hat.',
  'Renewing early ended on {at:spoken}.': 'Früher verlängern war bis {at} möglich.',
  'This product has no trial.': 'Dieses Produkt hat keine Testphase.',
  '{plan:name} costs nothing and needs no trial.': '{plan} kostet nichts und braucht keine Testphase.',
  'The trial of {product:name} was used already.': 'Die Testphase von {product} wurde schon genutzt.',
  // Limits
  'At 100 % a plan is either renewed or upgraded; switch on one of the two.':
    'Bei 100 % wird ein Tarif entweder verlängert oder erhöht; schalten Sie eines von beiden ein.',
  'The hard limit can be {count:count} at most. Ask for a higher one and say what it is for.':
    'Das feste Limit kann höchstens {count} sein. Fragen Sie nach einem höheren und sagen Sie, wofür.',
  'The hard limit cannot be below the {count:count} that {plan:name} includes.': 'Das feste Limit kann nicht unter den {count} liegen, die {plan} enthält.',
  'This request was {status:name} already.': 'Diese Anfrage hat schon den Stand „{status}“.',
  // Organizations, members and webhooks
  'They belong to the organization already.': 'Die Person gehört schon zur Organisation.',
  'The last owner cannot be removed or demoted; make somebody else an owner first.':
    'Der letzte Inhaber kann weder entfernt noch herabgestuft werden; machen Sie zuerst jemand anderen zum Inhaber.',
  'This external id belongs to an organization of another owner.': 'Diese externe ID gehört zu einer Organisation mit einem anderen Inhaber.',
  'There are {count:count} webhook endpoints already; delete one first.': 'Es gibt schon {count} Webhook-Endpunkte; löschen Sie zuerst einen.',
  'This webhook endpoint is switched off; enable it first.': 'Dieser Webhook-Endpunkt ist abgeschaltet; schalten Sie ihn zuerst ein.',
  // Test clocks
  'The clock is at {at:name} already.': 'Die Uhr steht schon auf {at}.',
  'Another request advances this clock; wait until it is done.': 'Eine andere Anfrage stellt diese Uhr vor; warten Sie, bis sie fertig ist.',
  'The clock stopped at {at:name}: a charge has not settled. Advance again.':
    'Die Uhr blieb bei {at} stehen: Eine Zahlung ist noch nicht abgeschlossen. Stellen Sie sie noch einmal vor.',
  // Usage
  'An event was refused.': 'Ein Ereignis wurde abgelehnt.',
  'The period of this lease takes no more usage: it ended more than 35 days ago.':
    'Der Zeitraum dieser Zuteilung nimmt keine Nutzung mehr auf: Er endete vor mehr als 35 Tagen.',
  'The id of this lease was used for an event that was recorded.': 'Die ID dieser Zuteilung wurde für ein Ereignis verwendet, das erfasst wurde.',
  'quantity must be a whole number from 0 to {maximum:count}': 'quantity muss eine ganze Zahl von 0 bis {maximum} sein',
  'text must be well-formed Unicode without the character U+0000': 'Text muss wohlgeformtes Unicode ohne das Zeichen U+0000 sein',
  'there is no such organization': 'diese Organisation gibt es nicht',
  'there is no meter "{meter:name}"': 'den Zähler „{meter}“ gibt es nicht',
  'this id was used for an event with other content': 'diese ID wurde für ein Ereignis mit anderem Inhalt verwendet',
  'the period holds too many units to count these': 'der Zeitraum enthält zu viele Einheiten, um diese noch zu zählen',
  'the timestamp is more than {minutes:count} minutes ahead of {at:name}': 'der Zeitpunkt liegt mehr als {minutes} Minuten nach {at}',
  'the period of this timestamp takes no more usage: it ended more than 35 days ago, or before the subscription began':
    'der Zeitraum dieses Zeitpunkts nimmt keine Nutzung mehr auf: Er endete vor mehr als 35 Tagen oder vor Beginn des Abonnements',
  'the organization has no live subscription with this meter': 'die Organisation hat kein laufendes Abonnement mit diesem Zähler',
} as const satisfies Record<string, string>
