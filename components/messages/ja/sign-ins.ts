import type { signIns as english } from '../en/sign-ins'
import type { Translation } from '../translation'

/** How somebody signed in of late. */
export const signIns: Translation<typeof english> = {
  title: '最近のサインイン',
  hint: '直近の {count} 件と、失敗した試行です。ご自身でないものがあれば、パスワードを変更し、他のセッションを終了してください。',
  desk: 'この組織のメンバーの最近のサインイン(本人が属する他の組織でのものを含む)。',
  list: '最近のサインイン',
  none: 'まだ誰もサインインしていません。',
  firstStep: '2 段階のうち最初の段階',
  refused: '失敗',
  facts: '{at}、{browser}、アドレス {address}',
  times: '{since} から{times, plural, other {# 回}}',
  way: {
    password: 'パスワード',
    link: 'メールのリンク',
    new_password: '新しいパスワードの設定',
    invitation: '招待',
    passkey: 'パスキー',
    code: '2 段階目',
    portal: '製品から移動',
    identity: '外部のアカウント',
  },
}
