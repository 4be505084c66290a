import type { credit as english } from '../en/credit'
import type { MailTranslation } from '../translation'

export const credit: MailTranslation<typeof english> = {
  rechargeDone: {
    subject: '{organization}: تم شراء رصيد بقيمة {amount}',
    heading: 'اشترى الشحن التلقائي رصيدًا بقيمة {amount}',
    body: 'انخفض الرصيد عن الحد الذي عيّنته. لا يلزمك فعل شيء.',
    bought: 'المُشترى',
    balance: 'الرصيد بعد الشراء',
  },
  rechargeFailed: {
    subject: '{organization}: فشل الشحن التلقائي بقيمة {amount}',
    heading: 'تعذّر على الشحن التلقائي شراء رصيد بقيمة {amount}',
    body: 'لم يُخصم شيء، والفاتورة ملغاة. عند نفاد الرصيد تُرفض الطلبات.',
    next: 'تُعاد المحاولة مع الطلب القادم الذي يستخدم الرصيد. وبعد ثلاث محاولات فاشلة متتالية يتوقف من تلقاء نفسه.',
    failures: 'محاولات فاشلة متتالية',
  },
  rechargeOff: {
    subject: '{organization}: توقف الشحن التلقائي',
    heading: 'توقف الشحن التلقائي من تلقاء نفسه؛ عدد المحاولات الفاشلة المتتالية: {failures}',
    body: 'لن يُشترى رصيد تلقائيًا بعد الآن. حدّث وسيلة الدفع ثم شغّل الشحن التلقائي من جديد، أو اشترِ الرصيد يدويًا.',
    action: 'تشغيله من جديد',
  },
  rechargeCeiling: {
    subject: '{organization}: بلغ الشحن التلقائي سقفه الشهري {limit}',
    heading: 'بلغ الشحن التلقائي سقفه الشهري {limit}',
    body: 'لن يُشترى رصيد تلقائيًا حتى الشهر التقويمي القادم. يمكنك رفع السقف، أو شراء الرصيد يدويًا.',
    limit: 'السقف الشهري',
    notBought: 'لم يُشترَ',
  },
  expiring: {
    subject: '{organization}: تنتهي صلاحية رصيد بقيمة {remaining} خلال {days}',
    heading: 'تنتهي صلاحية رصيد بقيمة {remaining} في {at}',
    body: 'ما لا يُستخدم حتى ذلك الحين يضيع ولا يُسترد. ويُستخدم دائمًا أولًا ما تنتهي صلاحيته أولًا.',
    unused: 'غير مستخدم بعد',
  },
  low: {
    subject: '{organization}: تبقّى من الرصيد {balance}',
    heading: 'تبقّى من الرصيد {balance}',
    usedUpHeading: 'نفد رصيدك',
    body: 'وهذا أقل من {percent} من آخر عملية شراء. عند نفاده تُرفض الطلبات.',
    usedUp: 'تُرفض الطلبات الآن. وتُخدَم من جديد بمجرد شراء رصيد.',
    advice: 'يستطيع الشحن التلقائي شراء الرصيد قبل ذلك، حتى سقف تعيّنه.',
    balance: 'الرصيد',
    lastPurchase: 'آخر شراء',
    action: 'إضافة رصيد',
  },
}
