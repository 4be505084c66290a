import type { plans as english } from '../en/plans'
import type { MailTranslation } from '../translation'

export const plans: MailTranslation<typeof english> = {
  movedToFree: {
    subject: '{organization}: أصبح {product} على الخطة المجانية',
    heading: 'انتهت خطة {plan}؛ ويستمر {product} على الخطة المجانية',
    body: 'تسري من الآن حصة الخطة المجانية. بياناتك محفوظة، ويمكنك اختيار خطة أخرى في أي وقت.',
    until: 'الخطة حتى الآن',
  },
  changed: {
    subject: '{organization}: أصبح {product} على خطة {to}',
    heading: 'انتقل {product} من {from} إلى {to}',
    body: 'تسري الحصة الجديدة ابتداءً من {at}.',
    charged: 'ما احتُسب عن التغيير',
  },
  scheduled: {
    subject: '{organization}: ينتقل {product} إلى {to} في {at}',
    heading: 'ينتقل {product} من {from} إلى {to} في {at}',
    body: 'حتى ذلك الحين تستمر {from} كما هي، ولا يُخصم شيء الآن. يمكنك التراجع عن التغيير قبل تلك اللحظة.',
    nextCharge: 'الخصم عندئذٍ',
    action: 'عرض التغيير أو التراجع عنه',
  },
  autoUpgraded: {
    subject: '{organization}: تمت ترقية {product} إلى {to}',
    heading: 'استُهلك كل ما تشمله {from}، فانتقل {product} إلى {to}',
    body: 'لقد فعّلت الترقية التلقائية. بدأت فترة جديدة بحصة جديدة في {at}؛ وتستمر الطلبات.',
    choice: 'يمكنك في صفحة الخطة اختيار خطة أخرى أو إيقاف الترقية التلقائية.',
  },
  autoUpgradeFailed: {
    renewSubject: '{organization}: تعذّر تجديد {product}، والطلبات مرفوضة',
    upgradeSubject: '{organization}: تعذّرت ترقية {product}، والطلبات مرفوضة',
    renewHeading: 'تعذّر تجديد {plan} مبكرًا',
    upgradeHeading: 'فشلت الترقية التلقائية من {plan} إلى {wanted}',
    body: 'استُهلك كل ما تشمله {plan}، وتعذّر تحصيل {amount}. تُرفض الطلبات إلى أن تنتهي الفترة أو تُدفع خطة.',
    next: 'لم يُخصم شيء، ولا تُعاد المحاولة تلقائيًا في هذه الفترة. وتُعاد مع بطاقة أخرى.',
  },
  cancelled: {
    subject: '{organization}: تنتهي خطة {plan} في {at}',
    heading: 'تنتهي خطة {plan} في {at}',
    body: 'حتى ذلك الحين يعمل كل شيء كما كان، ولا تتجدد الخطة. إن لم يكن هذا مقصودًا فأعد تفعيلها قبل تلك اللحظة؛ ولا يُخصم شيء مقابل ذلك.',
    until: 'الوصول حتى',
    action: 'إعادة التفعيل',
  },
  reactivated: {
    subject: '{organization}: تستمر خطة {plan}',
    heading: 'تستمر خطة {plan}',
    body: 'تم التراجع عن الإلغاء. تتجدد الخطة في {at}.',
    next: 'التجديد القادم',
  },
  trialEnding: {
    subject: '{organization}: تنتهي الفترة التجريبية لخطة {plan} في {at}',
    heading: 'تنتهي الفترة التجريبية لخطة {plan} في {at}',
    body: 'عندئذٍ تستمر خطة {plan}، ويُخصم {amount} عن فترتها الأولى، بعدد الأعضاء الحاليين.',
    cancel: 'إذا ألغيت قبل ذلك يمكنك استخدامها حتى نهاية الفترة التجريبية ولا يُخصم شيء.',
    first: 'أول خصم',
    firstValue: '{amount} في {at}',
  },
  renewing: {
    subject: '{organization}: تتجدد خطة {plan} في {at} مقابل {amount}',
    heading: 'تتجدد خطة {plan} لسنة في {at}',
    body: 'عندئذٍ يُخصم {amount} عن السنة القادمة، قبل احتساب أي رصيد في حسابك. لا يلزمك فعل شيء.',
    cancel: 'إذا ألغيت قبل ذلك تنتهي في ذلك اليوم ولا يُخصم شيء.',
    charge: 'الخصم القادم',
    cancelAction: 'المراجعة أو الإلغاء',
  },
  limitDecided: {
    approvedSubject: '{organization}: تمت الموافقة على حد {limit} ({unit})',
    declinedSubject: '{organization}: رُفض حد {limit} ({unit})',
    approvedHeading: 'يمكنك الآن تعيين حد صارم حتى {limit} ({unit})',
    declinedHeading: 'رُفض طلبك لحد صارم قدره {limit} ({unit})',
    approved: 'لم يتغير شيء بعد: يعيّن أحد المالكين الحد في صفحة الإنفاق، وهي تعرض أقصى ما يمكن أن يكلّفه.',
    declined: 'تبقى حدودك كما هي. يمكنك الطلب مرة أخرى لغرض آخر.',
    requested: 'الحد المطلوب',
    value: '{limit} ({unit})',
    action: 'فتح صفحة الإنفاق',
  },
}
