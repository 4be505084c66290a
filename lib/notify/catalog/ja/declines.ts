import type { declines as english } from '../en/declines'
import type { MailTranslation } from '../translation'

export const declines: MailTranslation<typeof english> = {
  insufficient_funds: '口座の残高が不足しています。',
  card_velocity_exceeded: 'カードの利用限度額に達しています。',
  withdrawal_count_limit_exceeded: 'カードの利用限度額に達しています。',
  expired_card: 'カードの有効期限が切れています。',
  incorrect_cvc: 'カードのセキュリティコードが正しくありません。',
  invalid_cvc: 'カードのセキュリティコードが正しくありません。',
  incorrect_number: 'カード番号が正しくありません。',
  invalid_number: 'カード番号が正しくありません。',
  authentication_required: '銀行が、このカードでの支払いの確認を求めています。',
  payment_intent_authentication_failure: '銀行での支払いの確認が完了しませんでした。',
  currency_not_supported: 'このカードはこの通貨に対応していません。',
  card_not_supported: 'このカードはこの種類の支払いに対応していません。',
  processing_error: '銀行が支払いを処理できませんでした。',
  issuer_not_available: '銀行に接続できませんでした。',
  try_again_later: '銀行が支払いを処理できませんでした。',
  payment_not_accepted: '支払いを処理できませんでした。カードが原因ではありません。当方でも把握しています。',
  no_payment_method: 'カードが登録されていません。',
  unknown: '銀行が支払いを拒否しました。理由は示されていません。',
}
