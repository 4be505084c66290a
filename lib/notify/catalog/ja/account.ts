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
}
