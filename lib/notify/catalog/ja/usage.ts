import type { usage as english } from '../en/usage'
import type { MailTranslation } from '../translation'

export const usage: MailTranslation<typeof english> = {
  subject: '{organization}：{limit} {unit}のうち {used} を使用（{percent}%）',
  reached: '{plan} の {limit} {unit}をすべて使用しました',
  near: '{plan} の{unit}を {percent}% 使用しました',
  chargedNow: 'リクエストは継続します。以降の{unit}は 1 件あたり {price} で、{end} 以降に次回の請求書で請求されます。',
  chargedLater: '100% に達してもリクエストは継続します。以降の{unit}は 1 件あたり {price} で、{end} 以降に次回の請求書で請求されます。',
  refusedNow: '現在、リクエストは拒否されています。{end} まで、または上位のプランに変更するまで続きます。拒否されたリクエストに費用はかかりません。',
  refusedLater: '100% に達すると、上位のプランに変更しない限り、{end} までリクエストは拒否されます。これは限度であり、請求ではありません。',
  used: '使用済み',
  usedOf: '{limit} {unit}のうち {used}（{percent}%）',
  periodEnds: '期間の終了',
  action: '使用量とプランを見る',
  viewUsage: '使用の内訳を見る',
}
