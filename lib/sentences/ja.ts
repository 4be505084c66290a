import { unitIn } from '../unit-words'
import { dayIn } from './day'
import type { SentenceWords } from './sentences'

const MOVES: Record<string, string> = { added: '追加', 'joined and left': '参加後に退出', removed: '削除' }
const INTERVALS: Record<string, string> = { month: '月払い', year: '年払い' }

const units = (count: string, unit: string) => `${unitIn(unit, 'ja')} ${count}`
const day = (iso: string) => dayIn(iso, 'ja-JP')

export const ja: SentenceWords = {
  advance: (plan, interval) => `${plan}（${interval === 'year' ? '年間分' : '期間分'}前払い）`,
  unused: (plan, unused, total) => `${plan} の未使用期間：${total} 日中 ${unused} 日`,
  rest: (plan, unused, total) => `${plan} の残り期間：${total} 日中 ${unused} 日`,
  membersMoved: (count = '', moved = '', plan = '', days = '', total = '') => `${plan}：メンバー ${count} 人を${MOVES[moved]}、${total} 日中 ${days} 日`,
  overLimit: (count = '', unit = '', limit = '') => `上限 ${limit} を超えた${units(count, unit)}`,
  late: (start = '', end = '', count = '', unit = '') => `${day(start)}～${day(end)} の遅れて報告された利用：${units(count, unit)}`,
  refundedTime: () => 'すでに返金された未使用期間',
  recharged: () => 'クレジット（自動チャージ）',
  credit: () => 'クレジット',
  planChanged: (from, to) => `プランが ${from} から ${to} に変わりました。`,
  intervalChanged: (from = '', to = '') => `${INTERVALS[from]}から${INTERVALS[to]}に変わりました。`,
  isOverLimit: (amount) => `${amount} は上限を超えた利用分です。`,
  isUsage: (amount) => `${amount} は利用分です。`,
  isLate: (amount) => `${amount} は、期間の請求後に報告された利用分です。`,
  boughtApplied: (amount) => `購入したクレジット ${amount} を充当しました。`,
  creditApplied: (amount) => `クレジット ${amount} を充当しました。`,
  tooSmallBefore: (amount) => `以前の ${amount} は単独で請求するには少額だったため、ここで請求します。`,
  tooSmallNow: (amount) => `${amount} は単独で請求するには少額のため、次回の請求書でまとめて請求します。`,
  membersAdded: (count, amount) => `メンバーが ${count} 人増えました。以後の期間分は ${amount} です。`,
  membersRemoved: (count) => `メンバーが ${count} 人減りました。以後の期間分の支払済み額はクレジットになります。`,
  membersCredited: (count, amount) => `メンバーが ${count} 人減りました。以後の期間分 ${amount} はクレジットになります。`,
  usage: (count = '', unit = '') => units(count, unit),
}
