import type { team as english } from '../en/team'
import type { MailTranslation } from '../translation'

export const team: MailTranslation<typeof english> = {
  changed: {
    subject: '{organization}：{plan} のシートは {count, plural, other {# 席}}です',
    heading: '{plan} のシートは現在 {count, plural, other {# 席}}{count, plural, other {使用中です}}',
    joined: '追加：{names}。',
    left: '離脱：{names}。',
    others: '{count, plural, other {ほか # 人}}',
    charged: '本日の請求はありません。追加されたシートについて、期間の残り分として {at} に {amount} が、その時点のほかの請求とあわせて請求されます。',
    credited: '減ったシートについて、{at} に {amount} がアカウントに加算されます。',
    unchanged: 'この期間のお支払い額は変わりません。',
    trial: 'トライアル中のシートは無料です。{at} の初回請求は、その日のメンバー数で計算されます。',
  },
  seats: '使用中のシート',
  price: '1 シートの料金',
  priceMonth: '月あたり {price}',
  priceYear: '年あたり {price}',
  chargedOn: '請求予定',
  creditedOn: '加算予定',
  onDay: '{at} に {amount}',
  reviewed: {
    subject: '{organization}：{plan} のシートを確認しました',
    heading: '{plan} のシートを確認しました',
    charged: '追加されたシートについて {amount} が請求されます。',
    credited: '減ったシートについて {amount} がアカウントに加算されました。',
    seats: '今後お支払いいただくシート',
  },
}
