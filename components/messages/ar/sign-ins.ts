import type { signIns as english } from '../en/sign-ins'
import type { Translation } from '../translation'

/** How somebody signed in of late. */
export const signIns: Translation<typeof english> = {
  title: 'آخر عمليات تسجيل الدخول',
  hint: 'آخر {count} عملية، والمحاولات الفاشلة. إذا لم تكن إحداها منك، فاختر كلمة مرور أخرى وأنهِ جلساتك الأخرى.',
  desk: 'كيف سجّل أعضاء هذه المؤسسة دخولهم مؤخرًا، هنا أو في مؤسسة أخرى لهم.',
  list: 'آخر عمليات تسجيل الدخول',
  none: 'لم يسجّل أحد الدخول بعد.',
  firstStep: 'الخطوة الأولى من خطوتين',
  refused: 'فشلت',
  facts: '{at}، {browser}، من {address}',
  times: '{times, plural, zero {# مرة} one {مرة واحدة} two {مرتان} few {# مرات} many {# مرة} other {# مرة}} منذ {since}',
  way: {
    password: 'كلمة المرور',
    link: 'رابط بالبريد',
    new_password: 'اختيار كلمة مرور جديدة',
    invitation: 'دعوة',
    passkey: 'مفتاح مرور',
    code: 'الخطوة الثانية',
    portal: 'أُرسل من المنتج',
    identity: 'حساب في مكان آخر',
  },
}
