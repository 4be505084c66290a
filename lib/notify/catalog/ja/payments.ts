import type { payments as english } from '../en/payments'
import type { MailTranslation } from '../translation'

export const payments: MailTranslation<typeof english> = {
  failed: {
    subject: '{organization}：{amount} の支払いに失敗しました',
    heading: '{document} の {amount} の支払いに失敗しました',
    retry: '{at} に再試行します。それまでは何も変わりません。すべての試行が失敗した場合、プランは終了し、請求書は未払いのまま残ります。',
    last: 'これが最後の試行でした。請求書は未払いのまま残っており、引き続き支払うことができます。',
    stops: 'これが最後の試行でした。請求書が支払われるまで{plan}はご利用いただけません。支払い後はすぐに再開されます。',
    mend: '別のカードを登録すると、ただちに支払われます。',
    nextTry: '次回の試行',
    pay: '請求書を支払う',
  },
  confirm: {
    subject: '{organization}：銀行が {amount} の確認を求めています',
    heading: '銀行が {amount} の支払いの確認を求めています',
    body: '確認するまで請求は行われません。確認しない場合、支払いは失敗とみなされ、再試行されます。',
    action: '{amount} を確認する',
  },
  renewed: {
    subject: '{organization}：{plan} の {amount} をお支払いいただきました',
    heading: '{plan} を更新しました',
    body: '{amount} を受領しました。必要な操作はありません。',
    coveredSubject: '{organization}：{plan} を更新し、クレジットで支払いました',
    coveredBody: 'クレジットで全額が支払われたため、請求はありません。必要な操作はありません。',
  },
  receipt: {
    subject: '{organization}：{amount} の領収のお知らせ',
    heading: '{amount} を受領しました',
    plan: 'ありがとうございます。{plan} の代金です。必要な操作はありません。',
    purchase: 'ありがとうございます。クレジットをご利用いただけます。必要な操作はありません。',
    other: 'ありがとうございます。請求書 {document} は支払い済みです。必要な操作はありません。',
  },
  refunded: {
    subject: '{organization}：{amount} の返金手続きを行いました',
    heading: '{amount} を返金しました',
    body: 'お支払いと同じ方法で返金されます。銀行での反映に最大 10 日かかることがあります。',
    credit: 'お支払いに充当されたクレジット {credit} も残高に戻りました。',
    movedToFree: 'これにより {plan} は終了し、無料プランの内容が適用されます。',
    term: '返金額',
    ofTerm: '対象の請求書',
    creditTerm: '戻されたクレジット',
  },
  proForma: {
    subject: '{organization}：{plan} の見積請求書（{amount}）',
    heading: '見積請求書 {document}（{amount}）',
    body: '{plan} は、全額が支払われた時点で 1 期間分始まります。それまで支払いの義務はなく、請求も行われません。',
    byCard: 'カードですぐに支払うか、請求書番号を記載して銀行振込で支払うことができます。',
    onlyCard: 'カードですぐに支払うことができます。',
    bank: '銀行振込',
    reference: '振込時の記載番号',
    pay: '{amount} をカードで支払う',
  },
}
