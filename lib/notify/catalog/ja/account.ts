import type { account as english } from '../en/account'
import type { MailTranslation } from '../translation'

export const account: MailTranslation<typeof english> = {
  invitation: {
    subject: '{inviter} さんから {organization} への招待',
    subjectUnnamed: '{organization} への招待',
    heading: '{organization} に参加',
    body: '{inviter} さんから、{organization} に{role}として招待されています。',
    bodyUnnamed: '{organization} に{role}として招待されています。',
    once: 'リンクは 1 回限り、{at} まで有効です。心当たりがない場合は、このメールを無視してください。何も起こりません。',
    action: '招待を承諾',
  },
  roles: { owner: 'オーナー', admin: '管理者', billing: '請求管理者', member: 'メンバー' },
  passwordReset: {
    subject: '新しいパスワードの設定',
    heading: '新しいパスワードを設定してください',
    body: '{email} の新しいパスワードが請求されました。心当たりがない場合は、このメールを無視してください。パスワードは変わりません。',
    once: 'リンクは 1 回限り、{at} まで有効です。新しいパスワードを設定すると、ほかの端末からはサインアウトされます。',
    action: '新しいパスワードを設定',
  },
  magicLink: {
    subject: '{brand} へのサインイン用リンク',
    heading: '{brand} にサインイン',
    body: '{email} としてサインインするためのリンクが請求されました。心当たりがない場合は、このメールを無視してください。リンクがなければ誰もサインインできません。',
    once: 'リンクは 1 回限り、{at} まで有効です。他人に渡さないでください。開いた人があなたとしてサインインします。',
    action: 'サインイン',
  },
  secondStep: {
    subject: {
      turned_on: '2 段階サインインが有効になりました',
      turned_off: '2 段階サインインが無効になりました',
      app_removed: 'スマートフォンのコードは無効になりました',
      passkey_added: 'パスキーが追加されました',
      passkey_removed: 'パスキーが削除されました',
      codes_renewed: '新しいリカバリーコードが作成されました',
      recovery_code_used: 'リカバリーコードが使われました',
      taken_off: '2 段階サインインが解除されました',
    },
    body: {
      turned_on: '{email} でのサインインには、今後スマートフォンのコードも必要です。他のすべての場所からサインアウトされました。',
      turned_off: '{email} でのサインインは 1 段階に戻りました。パスワードを知っている人は誰でもサインインできます。',
      app_removed: '{email} でのサインインに、スマートフォンのコードは不要になりました。パスキーはそのまま使えます。',
      passkey_added: '{email} にパスキーが追加されました。パスキーだけでサインインでき、パスワードだけではサインインできなくなりました。',
      passkey_removed: '{email} のパスキーが削除されました。このパスキーではもうサインインできません。',
      codes_renewed: '{email} の新しいリカバリーコードが作成されました。以前のコードはもう使えません。',
      recovery_code_used: '{email} のリカバリーコードが、スマートフォンのコードの代わりに使われました。このコードはもう使えません。',
      taken_off: '端末の紛失などのため、運営者が {email} の 2 段階目を解除しました。サインイン後にもう一度設定してください。',
    },
    notYou: 'お心当たりがない場合は、すぐに別のパスワードを設定し、設定画面ですべてのセッションを終了して、ご連絡ください。',
    action: '設定を開く',
  },
}
