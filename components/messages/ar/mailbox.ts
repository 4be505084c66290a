import type { mailbox as english } from '../en/mailbox'
import type { Translation } from '../translation'

export const mailbox: Translation<typeof english> = {
  title: 'صندوق بريد للمحاكاة',
  badge: 'محاكاة',
  description: 'كل بريد ترسله هذه المنصة ينتهي هنا. لا يُسلَّم شيء إلى أحد، وكل من يفتح هذه الصفحة يرى كل ما فيها.',
  caption: 'الأحدث أولًا',
  back: 'العودة إلى لوحة التحكم',
  backToList: 'جميع الرسائل',
  received: 'تاريخ الوصول',
  subject: 'الموضوع',
  to: 'إلى',
  from: 'من',
  noSubject: 'بلا موضوع',
  emptyTitle: 'لا رسائل بعد',
  emptyBody: 'استخدم 80% من أحد الحدود، أو اجعل دفعة تفشل، أو ادعُ أحدًا، وستظهر الرسالة هنا.',
  view: 'عرض الرسالة بصيغة',
  html: 'منسّقة',
  text: 'نص عادي',
  frame: 'الرسالة كما يراها المستلم',
  noText: 'ليس لهذه الرسالة نص عادي.',
  noHtml: 'أُرسلت هذه الرسالة نصًا عاديًا فقط.',
}
