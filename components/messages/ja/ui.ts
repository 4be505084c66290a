import type { ui as english } from '../en/ui'
import type { Translation } from '../translation'

export const ui: Translation<typeof english> = {
  unanswered: 'サーバーに接続できなかったため、実行されたかどうかわかりません。もう一度お試しください。二重に実行されることはありません。',
  close: '閉じる',
  cancel: 'キャンセル',
  retry: '再試行',
  loading: '読み込み中',
  copy: '{label}をコピー',
  copied: 'コピーしました',
  copyFailed: 'コピーできませんでした。テキストを選択してコピーしてください。',
  notAvailable: '利用できません',
  increase: '増やす',
  decrease: '減らす',
  optional: '任意',
  pagination: 'ページ',
  newer: '新しい項目',
  older: '古い項目',
  breadcrumb: 'パンくずリスト',
  external: '新しいタブで開きます',
  showPassword: 'パスワードを表示',
  commonPassword: 'このパスワードは、流出したパスワードの一覧に載っているか、それによく似ています。別のもの、できれば文章を使ってください。',
  hidePassword: 'パスワードを隠す',
  tone: { ok: '良好', info: 'お知らせ', warning: '警告', danger: '問題' },
  notifications: '通知',
}
