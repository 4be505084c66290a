import type { operation as english } from '../en/operation'
import type { MailTranslation } from '../translation'

export const operation: MailTranslation<typeof english> = {
  webhookDisabled: {
    subject: '{organization}: تم إيقاف نقطة Webhook',
    heading: 'تم إيقاف نقطة Webhook',
    failing: 'لم يصل إليها شيء مما أُرسل منذ ثلاثة أيام، فلا يُرسل إليها شيء بعد الآن.',
    gone: 'أجابت بأنها زالت نهائيًا (410)، فلا يُرسل إليها شيء بعد الآن.',
    body: 'لم يتغير شيء آخر. عندما تجيب من جديد فعّلها وأعد إرسال ما فاتها: تُحفظ عمليات التسليم 30 يومًا.',
    address: 'العنوان',
    since: 'متعثرة منذ',
    action: 'عرض عمليات التسليم',
  },
  channelPaused: {
    subject: '{organization}: توقفت الرسائل إلى {channel} مؤقتًا',
    heading: 'توقفت الرسائل إلى {channel} مؤقتًا',
    refused: 'تقول {service} إنها لم تعد تقبل رسائل على هذا العنوان: {error}.',
    unreachable: 'لم تصل أي رسالة منذ {at}: {error}.',
    body: 'يستمر البريد كما كان. عندما تعمل القناة من جديد استأنفها من صفحة الإشعارات؛ ويمكن من هناك إعادة إرسال ما لم يُسلَّم.',
    channel: 'القناة',
    value: '{channel} ({service})',
    since: 'متعثرة منذ',
    action: 'فتح الإشعارات',
  },
  services: { slack: 'Slack', discord: 'Discord', telegram: 'Telegram' },
  test: {
    subject: '{organization}: اختبار {channel}',
    heading: 'هذا اختبار',
    body: 'ستصل رسائل {organization} إلى هنا من الآن فصاعدًا، كما اختيرت لقناة {channel}.',
    action: 'فتح الإشعارات',
  },
  dispute: {
    openedSubject: 'اعتراض على {amount} من {organization}',
    wonSubject: 'كسب الاعتراض على {amount} من {organization}',
    lostSubject: 'خسارة الاعتراض على {amount} من {organization}',
    openedHeading: 'يعترض بنك {organization} على {amount}',
    wonHeading: 'حُسم الاعتراض على {amount} من {organization} لصالحنا',
    lostHeading: 'خُسر الاعتراض على {amount} من {organization}',
    opened: 'لا يُشترى لهم شيء تلقائيًا بعد الآن؛ ويستمر كل ما عدا ذلك. أرسل أدلتك لدى مزوّد الدفع.',
    won: 'الفاتورة مدفوعة كما كانت.',
    lost: 'الفاتورة متعذّرة التحصيل، والمال ذهب. قرّر ما يؤول إليه أمر الخطة.',
    organization: 'المؤسسة',
    reason: 'سبب البنك',
    action: 'فتح الفاتورة',
  },
}
