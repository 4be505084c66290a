import type { charts as english } from '../en/charts'
import type { Translation } from '../translation'

export const charts: Translation<typeof english> = {
  view: '使用量の表示形式',
  running: '累計',
  daily: '日別',
  table: '表',
  day: '日付（UTC）',
  total: '合計',
  limit: '上限 {limit}',
  pace: '1 日あたりの目安 {limit}',
  rest: 'その他のキー',
  noKey: 'キーなし',
  empty: 'この期間の使用はまだありません。',
  summary: '{start} から {end} までの日別の{unit}：合計 {total}、最多は {peakDay} の {peak} です。',
  tableCaption: '日別の{unit}',
}
