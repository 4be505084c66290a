import type { planAdvice as english } from '../en/plan-advice'
import type { Translation } from '../translation'

export const planAdvice: Translation<typeof english> = {
  title: 'الخطة المناسبة',
  hint: 'ما كانت ستكلّفه كل خطة باستخدامكم في {count, plural, zero {الفترات الأخيرة} one {الفترة الأخيرة} two {الفترتين الأخيرتين} few {آخر # فترات} many {آخر # فترة} other {آخر # فترة}}، {range}.',
  method: 'بأسعار اليوم، لفترات كاملة، قبل احتساب الرصيد. لا يتغيّر شيء حتى تختاروا خطة.',
  fits: 'كانت {plan} ستغطّي كل شيء بأقل تكلفة: خطتكم مناسبة.',
  cheaper: 'كانت {plan} ستغطّي كل شيء بأقل من {current} بمقدار {saved}.',
  needs: 'كانت {plan} ستغطّي كل شيء بأقل تكلفة. في {current} تتجاوز {units} {unit} الحد.',
  plan: 'الخطة',
  served: 'ما فوق الحد',
  extra: 'الاستخدام الإضافي',
  total: 'الإجمالي',
  current: 'الحالية',
  least: 'الأقل تكلفة',
  everything: 'لم يُرفض شيء',
  refused: 'رُفضت {units} {unit}',
  units: 'وحدة',
  pay_as_you_go: 'يُغطّى عند تفعيل الدفع حسب الاستخدام',
  hard_limit: 'يُغطّى عند تعيين حد أقصى',
  none: 'لا شيء',
}
