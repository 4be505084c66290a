import type { ui as english } from '../en/ui'
import type { Translation } from '../translation'

export const ui: Translation<typeof english> = {
  unanswered: 'تعذّر الوصول إلى الخادم، فلا نعلم هل تم ذلك. حاول مرة أخرى: لا يُنفَّذ مرتين أبدًا.',
  close: 'إغلاق',
  cancel: 'إلغاء',
  retry: 'إعادة المحاولة',
  loading: 'جارٍ التحميل',
  copy: 'نسخ {label}',
  copied: 'تم النسخ',
  copyFailed: 'تعذّر النسخ. حدّد النص وانسخه يدويًا.',
  notAvailable: 'غير متاح',
  increase: 'زيادة',
  decrease: 'إنقاص',
  optional: 'اختياري',
  pagination: 'الصفحات',
  newer: 'الأحدث',
  older: 'الأقدم',
  breadcrumb: 'مسار التنقل',
  external: 'يُفتح في علامة تبويب جديدة',
  showPassword: 'إظهار كلمة المرور',
  commonPassword: 'كلمة المرور هذه واردة في قوائم كلمات المرور المسروقة أو قريبة من إحداها. اختر غيرها، والأفضل جملة.',
  hidePassword: 'إخفاء كلمة المرور',
  tone: { ok: 'سليم', info: 'ملاحظة', warning: 'تحذير', danger: 'مشكلة' },
  notifications: 'الرسائل',
}
