import type { usage as english } from '../en/usage'
import type { MailTranslation } from '../translation'

export const usage: MailTranslation<typeof english> = {
  subject: '{organization}: استُخدم {used} من {limit} ({unit})، {percent}%',
  reached: 'استُخدم كامل حصة {plan}: {limit} ({unit})',
  near: 'استُخدم {percent}% من حصة {plan} ({unit})',
  chargedNow: 'تستمر الطلبات. تكلّف الوحدة الإضافية {price} ({unit})، وتُحتسب مع الفاتورة القادمة بعد {end}.',
  chargedLater: 'عند 100% تستمر الطلبات: تكلّف الوحدة الإضافية {price} ({unit})، وتُحتسب مع الفاتورة القادمة بعد {end}.',
  refusedNow: 'تُرفض الطلبات الآن، حتى {end} أو إلى أن تنتقل إلى خطة أكبر. الطلبات المرفوضة لا تكلّف شيئًا.',
  refusedLater: 'عند 100% تُرفض الطلبات حتى {end}، ما لم تنتقل إلى خطة أكبر. هذا حدّ وليس خصمًا.',
  used: 'المستخدم',
  usedOf: '{used} من {limit} ({unit})، {percent}%',
  periodEnds: 'نهاية الفترة',
  action: 'عرض الاستخدام والخطط',
  viewUsage: 'عرض أوجه الاستخدام',
}
