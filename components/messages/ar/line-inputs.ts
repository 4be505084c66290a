import type { lineInputs as english } from '../en/line-inputs'
import type { Translation } from '../translation'

export const lineInputs: Translation<typeof english> = {
  name: {
    plan: 'الخطة',
    interval: 'دورة الفوترة',
    price: 'السعر',
    seats: 'المقاعد',
    unused_days: 'الأيام غير المستخدمة',
    total_days: 'مجموع الأيام',
    meter: 'العدّاد',
    allowance_left: 'المتبقي من المخصص',
    allowance: 'المخصص',
    period_start: 'بداية الفترة',
    period_end: 'نهاية الفترة',
    members: 'الأعضاء',
    member_ids: 'معرّفات الأعضاء',
    elapsed_days: 'الأيام المنقضية',
    days: 'الأيام',
    used: 'المستخدم',
    limit: 'الحد',
    extra_units: 'الوحدات الإضافية',
    block: 'حجم الدفعة',
    unit_price: 'سعر الوحدة',
    billed_before: 'ما فُوتر سابقًا',
    month_start: 'بداية الشهر',
    late_units: 'الوحدات المتأخرة',
    refunded: 'المردود',
    credited: 'المضاف إلى الرصيد',
    amount: 'المبلغ',
  },
  interval: { month: 'شهر', year: 'سنة' },
}
