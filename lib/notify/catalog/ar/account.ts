import type { account as english } from '../en/account'
import type { MailTranslation } from '../translation'

export const account: MailTranslation<typeof english> = {
  invitation: {
    subject: 'يدعوك {inviter} إلى {organization}',
    subjectUnnamed: 'أنت مدعو إلى {organization}',
    heading: 'الانضمام إلى {organization}',
    body: 'يدعوك {inviter} إلى الانضمام إلى {organization} بدور {role}.',
    bodyUnnamed: 'أنت مدعو إلى الانضمام إلى {organization} بدور {role}.',
    once: 'يعمل الرابط مرة واحدة، حتى {at}. إذا لم تكن تتوقعه فتجاهل هذه الرسالة؛ لن يحدث شيء.',
    action: 'قبول الدعوة',
  },
  roles: { owner: 'مالك', admin: 'مشرف', billing: 'مسؤول الفوترة', member: 'عضو' },
  passwordReset: {
    subject: 'اختر كلمة مرور جديدة',
    heading: 'اختر كلمة مرور جديدة',
    body: 'طلب أحدهم كلمة مرور جديدة لحساب {email}. إن لم تكن أنت فتجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.',
    once: 'يعمل الرابط مرة واحدة، حتى {at}. واختيار كلمة مرور جديدة يسجّل خروجك من جميع الأجهزة الأخرى.',
    action: 'اختيار كلمة مرور جديدة',
  },
  magicLink: {
    subject: 'رابط تسجيل دخولك إلى {brand}',
    heading: 'تسجيل الدخول إلى {brand}',
    body: 'طلب أحدهم رابطًا لتسجيل الدخول باسم {email}. إن لم تكن أنت فتجاهل هذه الرسالة؛ فلا أحد يدخل من دون الرابط.',
    once: 'يعمل الرابط مرة واحدة، حتى {at}. لا تعطه لأحد: من يفتحه يسجّل الدخول باسمك.',
    action: 'تسجيل الدخول',
  },
}
