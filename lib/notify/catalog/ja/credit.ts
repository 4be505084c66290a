import type { credit as english } from '../en/credit'
import type { MailTranslation } from '../translation'

export const credit: MailTranslation<typeof english> = {
  rechargeDone: {
    subject: '{organization}：{amount} のクレジットを購入しました',
    heading: '自動チャージで {amount} のクレジットを購入しました',
    body: '残高が設定されたしきい値を下回ったためです。必要な操作はありません。',
    bought: '購入額',
    balance: '購入後の残高',
  },
  rechargeFailed: {
    subject: '{organization}：{amount} の自動チャージに失敗しました',
    heading: '自動チャージで {amount} のクレジットを購入できませんでした',
    body: '請求は行われず、請求書は無効になりました。残高がなくなると、リクエストは拒否されます。',
    next: '次にクレジットを使用するリクエストがあったときに再試行します。3 回連続で失敗すると、自動的にオフになります。',
    failures: '連続失敗回数',
  },
  rechargeOff: {
    subject: '{organization}：自動チャージがオフになりました',
    heading: '{failures} 回連続で失敗したため、自動チャージがオフになりました',
    body: '今後、クレジットが自動的に購入されることはありません。支払い方法を更新してからもう一度オンにするか、手動でクレジットを購入してください。',
    action: 'もう一度オンにする',
  },
  rechargeCeiling: {
    subject: '{organization}：自動チャージが月間の上限額 {limit} に達しました',
    heading: '自動チャージが月間の上限額 {limit} に達しました',
    body: '翌月まで、クレジットが自動的に購入されることはありません。上限額を引き上げるか、手動でクレジットを購入できます。',
    limit: '月間の上限額',
    notBought: '購入されなかった額',
  },
  expiring: {
    subject: '{organization}：{remaining} のクレジットがあと {days}で失効します',
    heading: '{remaining} のクレジットが {at} に失効します',
    body: 'それまでに使用しなかったクレジットは失われ、返金もされません。期限の近いものから先に使用されます。',
    unused: '未使用',
  },
  low: {
    subject: '{organization}：クレジットの残りは {balance} です',
    heading: 'クレジットの残りは {balance} です',
    usedUpHeading: 'クレジットを使い切りました',
    body: '前回の購入額の {percent} を下回りました。残高がなくなると、リクエストは拒否されます。',
    usedUp: '現在、リクエストは拒否されています。クレジットを購入するとすぐに再開します。',
    advice: '自動チャージを使うと、設定した上限額の範囲で、その前にクレジットを購入できます。',
    balance: '残高',
    lastPurchase: '前回の購入額',
    action: '残高を追加',
  },
}
