import type { usage as english } from '../en/usage'
import type { MailTranslation } from '../translation'

export const usage: MailTranslation<typeof english> = {
  subject: '{organization}: {used} von {limit} {unit} verbraucht ({percent} %)',
  reached: 'Alle {limit} {unit} von {plan} sind verbraucht',
  near: '{percent} % der {unit} von {plan} sind verbraucht',
  chargedNow: 'Anfragen laufen weiter. Weitere {unit} kosten je {price} und werden mit der nächsten Rechnung berechnet, nach {end}.',
  chargedLater: 'Bei 100 % laufen Anfragen weiter: Weitere {unit} kosten je {price} und werden mit der nächsten Rechnung berechnet, nach {end}.',
  refusedNow: 'Anfragen werden jetzt abgelehnt, bis {end} oder bis Sie in einen größeren Tarif wechseln. Abgelehnte Anfragen kosten nichts.',
  refusedLater: 'Bei 100 % werden Anfragen bis {end} abgelehnt, es sei denn, Sie wechseln in einen größeren Tarif. Das ist ein Limit, keine Abbuchung.',
  used: 'Verbraucht',
  usedOf: '{used} von {limit} {unit} ({percent} %)',
  periodEnds: 'Zeitraum endet',
  action: 'Nutzung und Tarife ansehen',
  viewUsage: 'Ansehen, wofür sie verbraucht wurden',
}
