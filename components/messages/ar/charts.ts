import type { charts as english } from '../en/charts'
import type { Translation } from '../translation'

export const charts: Translation<typeof english> = {
  view: 'طريقة عرض الاستخدام',
  running: 'حتى الآن',
  daily: 'يوميًا',
  table: 'جدول',
  day: 'اليوم (UTC)',
  total: 'الإجمالي',
  limit: 'الحد {limit}',
  pace: 'المعدل المتساوي {limit} يوميًا',
  rest: 'مفاتيح أخرى',
  noKey: 'بلا مفتاح',
  empty: 'لم يُستخدم شيء في هذه الفترة بعد.',
  summary: '{unit} يوميًا من {start} إلى {end}: الإجمالي {total}، والأعلى في {peakDay} بمقدار {peak}.',
  tableCaption: '{unit} يوميًا',
}
