import type { mailbox as english } from '../en/mailbox'
import type { Translation } from '../translation'

export const mailbox: Translation<typeof english> = {
  title: 'シミュレーション用メールボックス',
  badge: 'シミュレーション',
  description: 'この環境から送信されるメールはすべてここに届きます。実際には誰にも配信されません。このページを開いた人は全員、すべてのメールを閲覧できます。',
  caption: '新しい順',
  back: 'ダッシュボードへ戻る',
  backToList: 'すべてのメール',
  received: '受信日時',
  subject: '件名',
  to: '宛先',
  from: '差出人',
  noSubject: '件名なし',
  emptyTitle: 'メールはまだありません',
  emptyBody: '上限の 80% に達する、支払いを失敗させる、または誰かを招待すると、ここにメールが表示されます。',
  view: 'メールの表示形式',
  html: '書式付き',
  text: 'テキスト',
  frame: '受信者に表示されるメール',
  noText: 'このメールにはテキスト版がありません。',
  noHtml: 'このメールはテキストのみで送信されました。',
}
