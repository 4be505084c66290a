import type { planAdvice as english } from '../en/plan-advice'
import type { Translation } from '../translation'

export const planAdvice: Translation<typeof english> = {
  title: '適したプラン',
  hint: '直近 {count, plural, other {# 期間}}（{range}）の使用量で、各プランがいくらになったかを示します。',
  method: '現在の価格で期間全体を計算し、クレジットは差し引いていません。プランを選ぶまで何も変わりません。',
  fits: '{plan} がすべてをまかなえる最も安いプランです。現在のプランが適しています。',
  cheaper: '{plan} なら、{current} より {saved} 安くすべてをまかなえました。',
  needs: '{plan} がすべてをまかなえる最も安いプランです。{current} では {units} {unit}が上限を超えます。',
  plan: 'プラン',
  served: '上限を超えた分',
  extra: '超過使用',
  total: '合計',
  current: '現在',
  least: '最も安い',
  everything: '拒否なし',
  refused: '{units} {unit}を拒否',
  units: '単位',
  pay_as_you_go: '従量課金をオンにすると利用できます',
  hard_limit: '上限値を設定すると利用できます',
  none: 'なし',
}
