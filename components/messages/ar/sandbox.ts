import type { sandbox as english } from '../en/sandbox'
import type { Translation } from '../translation'

export const sandbox: Translation<typeof english> = {
  clock: 'الوقت الآن {at}',
  noClock: 'الوقت الحقيقي',
  forward: 'الساعة',
  day: '+1 يوم',
  tenDays: '+10 أيام',
  toRenewal: 'حتى موعد التجديد',
  use: 'استخدام',
  usage: 'استخدام {product}',
  percent: 'استخدام {percent, number}%',
  units: '+{units} {unit}',
  unitsOfEach: '+{units} من كل نوع',
  card: 'البطاقة',
  cards: {
    works: 'تعمل',
    declined: 'مرفوضة',
    confirms: 'يسأل البنك',
    worksDone: 'حُفظت بطاقة تعمل، ويُحصَّل ما كان مستحقًا.',
    declinedDone: 'حُفظت بطاقة يرفض البنك مدفوعاتها.',
    confirmsDone: 'حُفظت بطاقة يطلب بنكها تأكيد كل دفعة.',
  },
  mailbox: 'صندوق البريد',
  moved: 'تشير الساعة الآن إلى {at}.',
  made: 'تم تسجيل الاستخدام.',
  refusal: {
    clock_advancing: 'الساعة تتقدم الآن بالفعل.',
    clock_backwards: 'لا يمكن إرجاع الساعة إلى الوراء.',
    payments_unsettled: 'هناك دفعة لم تكتمل بعد، فتوقفت الساعة عندها. حرّكها مرة أخرى بعد قليل.',
    already_used: 'هذا القدر مستخدم بالفعل.',
    other: 'تعذّر تنفيذ ذلك.',
  },
}
