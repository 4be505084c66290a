import type { operation as english } from '../en/operation'
import type { MailTranslation } from '../translation'

export const operation: MailTranslation<typeof english> = {
  webhookDisabled: {
    subject: '{organization}: ein Webhook-Endpunkt wurde abgeschaltet',
    heading: 'Ein Webhook-Endpunkt wurde abgeschaltet',
    failing: 'Seit drei Tagen ist nichts angekommen, was an ihn gesendet wurde, daher wird ihm nichts mehr gesendet.',
    gone: 'Er hat geantwortet, dass es ihn nicht mehr gibt (410), daher wird ihm nichts mehr gesendet.',
    body: 'Sonst hat sich nichts geändert. Wenn er wieder antwortet, schalten Sie ihn ein und senden Sie noch einmal, was er verpasst hat: Zustellungen werden 30 Tage aufbewahrt.',
    address: 'Adresse',
    since: 'Fehlerhaft seit',
    action: 'Zustellungen ansehen',
  },
  channelPaused: {
    subject: '{organization}: Nachrichten an {channel} sind angehalten',
    heading: 'Nachrichten an {channel} sind angehalten',
    refused: '{service} meldet, dass unter dieser Adresse keine Nachrichten mehr angenommen werden: {error}.',
    unreachable: 'Seit {at} ist keine Nachricht angekommen: {error}.',
    body: 'E-Mails kommen wie bisher. Wenn der Kanal wieder funktioniert, setzen Sie ihn auf der Seite „Benachrichtigungen“ fort; was nicht zugestellt wurde, lässt sich von dort noch einmal senden.',
    channel: 'Kanal',
    value: '{channel} ({service})',
    since: 'Fehlerhaft seit',
    action: 'Benachrichtigungen öffnen',
  },
  services: { slack: 'Slack', discord: 'Discord', telegram: 'Telegram' },
  test: {
    subject: '{organization}: ein Test von {channel}',
    heading: 'Dies ist ein Test',
    body: 'Nachrichten von {organization} kommen ab jetzt hierher, so wie sie für {channel} gewählt wurden.',
    action: 'Benachrichtigungen öffnen',
  },
  dispute: {
    openedSubject: 'Anfechtung von {amount} durch {organization}',
    wonSubject: 'Anfechtung von {amount} durch {organization} gewonnen',
    lostSubject: 'Anfechtung von {amount} durch {organization} verloren',
    openedHeading: 'Die Bank von {organization} ficht {amount} an',
    wonHeading: 'Die Anfechtung von {amount} durch {organization} ist gewonnen',
    lostHeading: 'Die Anfechtung von {amount} durch {organization} ist verloren',
    opened: 'Für diese Organisation wird nichts mehr von selbst gekauft; alles andere läuft weiter. Reichen Sie Ihre Belege beim Zahlungsanbieter ein.',
    won: 'Die Rechnung ist bezahlt wie zuvor.',
    lost: 'Die Rechnung ist uneinbringlich, und das Geld ist weg. Entscheiden Sie, was aus dem Tarif wird.',
    organization: 'Organisation',
    reason: 'Grund der Bank',
    action: 'Rechnung öffnen',
  },
}
