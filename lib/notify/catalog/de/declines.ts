import type { declines as english } from '../en/declines'
import type { MailTranslation } from '../translation'

export const declines: MailTranslation<typeof english> = {
  insufficient_funds: 'Das Konto ist nicht ausreichend gedeckt.',
  card_velocity_exceeded: 'Das Limit der Karte ist ausgeschöpft.',
  withdrawal_count_limit_exceeded: 'Das Limit der Karte ist ausgeschöpft.',
  expired_card: 'Die Karte ist abgelaufen.',
  incorrect_cvc: 'Der Sicherheitscode der Karte ist falsch.',
  invalid_cvc: 'Der Sicherheitscode der Karte ist falsch.',
  incorrect_number: 'Die Kartennummer ist falsch.',
  invalid_number: 'Die Kartennummer ist falsch.',
  authentication_required: 'Die Bank bittet Sie, Zahlungen mit dieser Karte zu bestätigen.',
  payment_intent_authentication_failure: 'Die Zahlung wurde bei der Bank nicht bestätigt.',
  currency_not_supported: 'Die Karte unterstützt diese Währung nicht.',
  card_not_supported: 'Die Karte unterstützt diese Art von Zahlung nicht.',
  processing_error: 'Die Bank konnte die Zahlung nicht verarbeiten.',
  issuer_not_available: 'Die Bank war nicht erreichbar.',
  try_again_later: 'Die Bank konnte die Zahlung nicht verarbeiten.',
  payment_not_accepted: 'Die Zahlung war nicht möglich, und das liegt nicht an der Karte. Wir wissen davon.',
  no_payment_method: 'Es ist keine Karte hinterlegt.',
  unknown: 'Die Bank hat die Zahlung abgelehnt und keinen Grund genannt.',
}
