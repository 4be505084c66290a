import { INTL_LOCALES } from '../locale'
import { unitIn } from '../unit-words'
import { dayIn } from './day'
import type { SentenceWords } from './sentences'

const MOVES: Record<string, string> = { added: 'أُضيفوا', 'joined and left': 'انضموا وغادروا', removed: 'أُزيلوا' }
const INTERVALS: Record<string, string> = { month: 'الشهري', year: 'السنوي' }

/** Set apart, so that a name or an amount keeps its own order within the sentence. */
const apart = (part = '') => `\u2068${part}\u2069`
const units = (count = '', unit = '') => `${apart(count)} ${apart(unitIn(unit, 'ar'))}`
const day = (iso = '') => dayIn(iso, INTL_LOCALES.ar)

export const ar: SentenceWords = {
  advance: (plan, interval) => `${apart(plan)}، ${interval === 'year' ? 'سنة' : 'فترة'} مقدماً`,
  unused: (plan, unused, total) => `وقت غير مستخدم من ${apart(plan)}: ${unused} من ${total} يوماً`,
  rest: (plan, unused, total) => `${apart(plan)} لبقية الفترة: ${unused} من ${total} يوماً`,
  membersMoved: (count, moved = '', plan, days, total) => `أعضاء ${MOVES[moved]} في ${apart(plan)}: ${count}، ${days} من ${total} يوماً`,
  overLimit: (count, unit, limit) => `${units(count, unit)} فوق حد ${apart(limit)}`,
  late: (start, end, count, unit) => `استخدام أُبلغ عنه متأخراً، من ${day(start)} إلى ${day(end)}: ${units(count, unit)}`,
  refundedTime: () => 'وقت غير مستخدم سبق ردّ قيمته',
  recharged: () => 'رصيد، بإعادة الشحن التلقائي',
  credit: () => 'رصيد',
  planChanged: (from, to) => `تغيّرت الخطة من ${apart(from)} إلى ${apart(to)}.`,
  intervalChanged: (from = '', to = '') => `تغيّر الدفع من ${INTERVALS[from]} إلى ${INTERVALS[to]}.`,
  isOverLimit: (amount) => `${apart(amount)} مقابل استخدام فوق الحد.`,
  isUsage: (amount) => `${apart(amount)} مقابل الاستخدام.`,
  isLate: (amount) => `${apart(amount)} مقابل استخدام أُبلغ عنه بعد إصدار فاتورة فترته.`,
  boughtApplied: (amount) => `خُصم ${apart(amount)} من الرصيد المشترى.`,
  creditApplied: (amount) => `خُصم ${apart(amount)} من الرصيد.`,
  tooSmallBefore: (amount) => `${apart(amount)} من قبل كان أصغر من أن يُحصَّل وحده، ويُحصَّل هنا.`,
  tooSmallNow: (amount) => `${apart(amount)} أصغر من أن يُحصَّل وحده، ويُحصَّل مع الفاتورة التالية.`,
  membersAdded: (count, amount) => `أعضاء أُضيفوا: ${count}، و${apart(amount)} عن المدة منذ ذلك.`,
  membersRemoved: (count) => `أعضاء أُزيلوا: ${count}، وما دُفع عن المدة بعد ذلك يصبح رصيداً.`,
  membersCredited: (count, amount) => `أعضاء أُزيلوا: ${count}، و${apart(amount)} رصيد عن المدة بعد ذلك.`,
  usage: (count, unit) => units(count, unit),
}
