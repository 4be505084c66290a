import type { deskShell as english } from '../en/desk-shell'
import type { Translation } from '../translation'

export const deskShell: Translation<typeof english> = {
  account: 'حسابك',
  badge: 'المشغّل',
  navigation: 'مكتب المشغّل',
  waiting: 'بانتظار القرار',
  role: { admin: 'مشرف', support: 'دعم: قراءة فقط' },
  section: {
    organizations: 'المؤسسات',
    requests: 'الطلبات',
    catalog: 'الكتالوج',
    books: 'الدفاتر',
    health: 'الحالة',
    clocks: 'ساعات الاختبار',
    keys: 'مفاتيح API',
    operators: 'المشغّلون',
  },
  link: {
    title: 'اختر كلمة مرور',
    lead: 'ستسجّل الدخول إلى مكتب المشغّل باسم {email}.',
    password: 'كلمة المرور',
    hint: 'لا تقل عن {minimum} من الأحرف. والأفضل جملة تتذكرها.',
    short: 'الحد الأدنى لعدد الأحرف هو {minimum}.',
    long: 'الحد الأقصى لعدد الأحرف هو {maximum}.',
    submit: 'حفظ وفتح المكتب',
    closed: 'لم يعد هذا الرابط صالحًا. يعمل مرة واحدة ولمدة 10 دقائق. اطلب رابطًا آخر من أحد المشرفين، أو أنشئه على الخادم.',
    unavailable: 'هذا غير متاح الآن. لم يتغير شيء. حاول مرة أخرى بعد قليل.',
    toSignIn: 'الانتقال إلى تسجيل الدخول',
  },
}
