import type { declines as english } from '../en/declines'
import type { MailTranslation } from '../translation'

export const declines: MailTranslation<typeof english> = {
  insufficient_funds: 'رصيد الحساب المصرفي غير كافٍ.',
  card_velocity_exceeded: 'استُنفد حد البطاقة.',
  withdrawal_count_limit_exceeded: 'استُنفد حد البطاقة.',
  expired_card: 'انتهت صلاحية البطاقة.',
  incorrect_cvc: 'رمز أمان البطاقة غير صحيح.',
  invalid_cvc: 'رمز أمان البطاقة غير صحيح.',
  incorrect_number: 'رقم البطاقة غير صحيح.',
  invalid_number: 'رقم البطاقة غير صحيح.',
  authentication_required: 'يطلب البنك منك تأكيد المدفوعات بهذه البطاقة.',
  payment_intent_authentication_failure: 'لم تُؤكَّد الدفعة لدى البنك.',
  currency_not_supported: 'لا تدعم البطاقة هذه العملة.',
  card_not_supported: 'لا تدعم البطاقة هذا النوع من الدفع.',
  processing_error: 'تعذّر على البنك معالجة الدفعة.',
  issuer_not_available: 'تعذّر الوصول إلى البنك.',
  try_again_later: 'تعذّر على البنك معالجة الدفعة.',
  payment_not_accepted: 'تعذّرت الدفعة، وليست البطاقة هي السبب. وقد علمنا بذلك.',
  no_payment_method: 'لا توجد بطاقة مسجلة.',
  unknown: 'رفض البنك الدفعة ولم يذكر السبب.',
}
