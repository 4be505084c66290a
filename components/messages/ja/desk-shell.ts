import type { deskShell as english } from '../en/desk-shell'
import type { Translation } from '../translation'

export const deskShell: Translation<typeof english> = {
  account: 'アカウント',
  badge: '運営者',
  navigation: '運営者デスク',
  waiting: '対応待ち',
  role: { admin: '管理者', support: 'サポート：閲覧のみ' },
  section: {
    organizations: '組織',
    requests: '申請',
    catalog: 'カタログ',
    books: '帳簿',
    health: '稼働状況',
    clocks: 'テスト時計',
    keys: 'API キー',
    operators: '運営者',
  },
  link: {
    title: 'パスワードを設定',
    lead: '{email} として運営者デスクにサインインします。',
    password: 'パスワード',
    hint: '{minimum} 文字以上。覚えやすい文章がおすすめです。',
    short: '{minimum} 文字以上にしてください。',
    long: '{maximum} 文字以内にしてください。',
    submit: '保存してデスクを開く',
    closed: 'このリンクは無効になりました。1 回限り、10 分間有効です。管理者に新しいリンクを依頼するか、サーバー上で作成してください。',
    unavailable: '現在この操作を実行できません。変更されたものはありません。しばらくしてからもう一度お試しください。',
    toSignIn: 'サインインへ',
  },
}
