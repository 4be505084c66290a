import type { plans as english } from '../en/plans'
import type { MailTranslation } from '../translation'

export const plans: MailTranslation<typeof english> = {
  movedToFree: {
    subject: '{organization}：{product} は無料プランになりました',
    heading: '{plan} は終了し、{product} は無料プランで継続します',
    body: '今後は無料プランの内容が適用されます。データは保持され、いつでも別のプランを選択できます。',
    until: 'これまでのプラン',
  },
  changed: {
    subject: '{organization}：{product} は {to} になりました',
    heading: '{product} を {from} から {to} に変更しました',
    body: '新しい内容は {at} から適用されます。',
    charged: '変更に伴う請求額',
  },
  scheduled: {
    subject: '{organization}：{product} は {at} に {to} へ変わります',
    heading: '{product} は {at} に {from} から {to} へ変わります',
    body: 'それまでは {from} がそのまま継続し、今は請求されません。それまでは変更を取り消せます。',
    nextCharge: 'その時点の請求額',
    action: '変更を確認または取り消す',
  },
  autoUpgraded: {
    subject: '{organization}：{product} は {to} にアップグレードされました',
    heading: '{from} に含まれる分をすべて使い切ったため、{product} は {to} に移行しました',
    body: '自動アップグレードがオンになっています。{at} に新しい期間が始まり、リクエストは継続しています。',
    choice: 'プランのページで、別のプランを選択したり、自動アップグレードをオフにしたりできます。',
  },
  autoUpgradeFailed: {
    renewSubject: '{organization}：{product} を更新できず、リクエストが拒否されています',
    upgradeSubject: '{organization}：{product} をアップグレードできず、リクエストが拒否されています',
    renewHeading: '{plan} を前倒しで更新できませんでした',
    upgradeHeading: '{plan} から {wanted} への自動アップグレードに失敗しました',
    body: '{plan} に含まれる分をすべて使い切りましたが、{amount} を回収できませんでした。期間が終了するか、プランの代金が支払われるまで、リクエストは拒否されます。',
    next: '請求は行われていません。この期間に自動的に再試行されることはありませんが、別のカードが登録されると再試行します。',
  },
  cancelled: {
    subject: '{organization}：{plan} は {at} に終了します',
    heading: '{plan} は {at} に終了します',
    body: 'それまではこれまでどおり利用でき、更新は行われません。意図した解約でない場合は、それまでに取り消してください。取り消しに費用はかかりません。',
    until: '利用期限',
    action: '解約を取り消す',
  },
  reactivated: {
    subject: '{organization}：{plan} は継続します',
    heading: '{plan} は継続します',
    body: '解約が取り消されました。プランは {at} に更新されます。',
    next: '次回の更新',
  },
  trialEnding: {
    subject: '{organization}：{plan} のトライアルは {at} に終了します',
    heading: '{plan} のトライアルは {at} に終了します',
    body: 'その後 {plan} が継続し、最初の期間分として {amount} が現在のメンバー数で請求されます。',
    cancel: 'それまでに解約すると、トライアルの終了まで利用でき、請求は行われません。',
    first: '初回の請求',
    firstValue: '{amount}（{at}）',
  },
  renewing: {
    subject: '{organization}：{plan} は {at} に {amount} で更新されます',
    heading: '{plan} は {at} に 1 年間更新されます',
    body: '次の 1 年分として {amount} が請求されます（アカウントのクレジット充当前）。必要な操作はありません。',
    cancel: 'それまでに解約すると、その日に終了し、請求は行われません。',
    charge: '次回の請求',
    cancelAction: '確認または解約',
  },
  limitDecided: {
    approvedSubject: '{organization}：{limit} {unit}の上限が承認されました',
    declinedSubject: '{organization}：{limit} {unit}の上限は却下されました',
    approvedHeading: '最大 {limit} {unit}のハードリミットを設定できるようになりました',
    declinedHeading: '{limit} {unit}のハードリミットの申請は却下されました',
    approved: 'まだ何も変わっていません。オーナーが支出管理のページで上限を設定します。そこには請求されうる最大額が表示されます。',
    declined: '上限はこれまでどおりです。別の用途で再度申請できます。',
    requested: '申請した上限',
    value: '{limit} {unit}',
    action: '支出管理を開く',
  },
}
