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
  secondStep: {
    subject: {
      turned_on: 'تسجيل الدخول بخطوتين مفعّل',
      turned_off: 'تسجيل الدخول بخطوتين متوقف',
      codes_renewed: 'لديك رموز استرداد جديدة',
      recovery_code_used: 'استُخدم رمز استرداد',
      taken_off: 'أُزيلت الخطوة الثانية لتسجيل الدخول',
    },
    body: {
      turned_on: 'يتطلب تسجيل الدخول باسم {email} الآن رمزًا من هاتفك أيضًا. وقد سُجّل خروجك من كل مكان آخر.',
      turned_off: 'لم يعد تسجيل الدخول باسم {email} يتطلب رمزًا من هاتفك.',
      codes_renewed: 'أُنشئت رموز استرداد جديدة للحساب {email}. ولم تعد الرموز السابقة صالحة.',
      recovery_code_used: 'استخدم أحدهم رمز استرداد للحساب {email} بدلًا من رمز الهاتف. ولم يعد هذا الرمز صالحًا.',
      taken_off: 'أزال أحد المشغّلين الخطوة الثانية للحساب {email}، كما في حالة فقدان الهاتف. أعد إعدادها بعد تسجيل الدخول.',
    },
    notYou: 'إن لم تكن أنت من فعل ذلك، فاختر كلمة مرور أخرى فورًا، وأنهِ كل الجلسات من الإعدادات، وراسلنا.',
    action: 'فتح الإعدادات',
  },
}
