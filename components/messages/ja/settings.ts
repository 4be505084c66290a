import type { settings as english } from '../en/settings'
import type { Translation } from '../translation'

export const settings: Translation<typeof english> = {
  title: '設定',
  description: 'ご自身のパスワードと、この組織全体に関する設定です。',
  password: 'パスワード',
  passwordHint: '{email} のパスワードです。所属するすべての組織で共通です。変更すると、ほかの端末からはサインアウトされます。',
  current: '現在のパスワード',
  chosen: '新しいパスワード',
  chosenHint: '{minimum} 文字以上。覚えやすい文章がおすすめです。',
  short: '現在 {count, plural, other {# 文字}}です。{minimum} 文字以上にしてください。',
  long: '{maximum} 文字以内にしてください。',
  currentMissing: '現在のパスワードを入力してください。',
  currentWrong: '現在のパスワードと一致しません。',
  change: 'パスワードを変更',
  changed: 'パスワードを変更しました。ほかの端末からはサインアウトされました。',
  rateLimited: '試行回数が多すぎます。{time} 以降にもう一度お試しください。',
  fault: 'サーバーに接続できなかったため、実行されたかどうかわかりません。ページを再読み込みしてご確認ください。',
  otherRefusal: '現在この操作を実行できません。変更されたものはありません。しばらくしてからもう一度お試しください。',
  signedOut: 'サインアウトしています。もう一度サインインしてください。変更されたものはありません。',
  noPassword: 'パスワードは設定されていません。メールのリンク、ほかのサービスのアカウント、または別の製品からサインインします。何もする必要はありません。',
  sessions: 'サインイン中の端末',
  sessionsHint:
    '端末を紛失した場合や、自分のものではない端末でサインインした場合は、すべてのセッションを一度に終了できます。このセッションも、すべての組織のセッションも終了します。',
  signOutEverywhere: 'すべての端末からサインアウト',
  portal: '{company} から、この組織に限ってサインインしています。パスワードやほかのセッションは、ご自身でサインインした画面で管理できます。',
  close: 'この組織を閉鎖する',
  closeHint:
    '所属する全員に影響し、元に戻せません。請求書とアクティビティは法令に従って保管されますが、ここで開くことはできなくなります。必要なものは事前に保存してください。',
  closeButton: '組織を閉鎖',
  closeOwners: '組織を閉鎖できるのはオーナーだけです。',
  closePaid: '{plan} は {until} まで有効です。先に解約してください。終了後に組織を閉鎖できます。',
  closeTitle: '{organization} を完全に閉鎖しますか？',
  closeBody:
    '全員がただちにアクセスできなくなり、請求書や請求履歴も閲覧できなくなります。API は使用量を受け付けなくなり、未承諾の招待は無効になります。この操作は取り消せません。',
  closeName: '確認のため {organization} と入力してください',
  closeNameDiffers: '名前が一致しません。上の表示と同じように入力してください。',
  closeKeep: '閉鎖しない',
  closeConfirm: '完全に閉鎖する',
  closeOpenInvoices: '未払いの請求書があります。請求書のページで支払ってから組織を閉鎖してください。',
  closeUnbilled: '遅れて届いた使用量がまだ請求されていません。{at} に請求されますので、支払ってから組織を閉鎖してください。',
  closeWaiting: '処理中の支払いがあります。完了してから組織を閉鎖してください。',
}
