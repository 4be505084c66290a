import type { lineInputs as english } from '../en/line-inputs'
import type { Translation } from '../translation'

export const lineInputs: Translation<typeof english> = {
  name: {
    plan: 'プラン',
    interval: '請求間隔',
    price: '価格',
    seats: 'シート数',
    unused_days: '未使用日数',
    total_days: '合計日数',
    meter: 'メーター',
    allowance_left: '残りの利用枠',
    allowance: '利用枠',
    period_start: '期間の開始',
    period_end: '期間の終了',
    members: 'メンバー数',
    member_ids: 'メンバーの ID',
    elapsed_days: '経過日数',
    days: '日数',
    used: '使用量',
    limit: '上限',
    extra_units: '追加の単位数',
    block: 'ブロックの大きさ',
    unit_price: '単価',
    billed_before: '請求済みの額',
    month_start: '月の開始',
    late_units: '遅れて報告された単位数',
    refunded: '返金額',
    credited: 'クレジット額',
    amount: '金額',
  },
  interval: { month: '月', year: '年' },
}
