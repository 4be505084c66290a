import type { payments as english } from '../en/payments'
import type { MailTranslation } from '../translation'

export const payments: MailTranslation<typeof english> = {
  failed: {
    subject: '{organization}: فشلت الدفعة بقيمة {amount}',
    heading: 'فشلت الدفعة بقيمة {amount} عن {document}',
    retry: 'سنحاول مرة أخرى في {at}. لا يتغير شيء حتى ذلك الحين. إذا لم تنجح أي محاولة تنتهي الخطة وتبقى الفاتورة مفتوحة.',
    last: 'كانت هذه المحاولة الأخيرة. تبقى الفاتورة مفتوحة، وما زال بإمكانك دفعها.',
    stops: 'كانت هذه المحاولة الأخيرة. لا يمكن استخدام {plan} حتى تُدفع الفاتورة، ثم يعود للعمل فورًا.',
    mend: 'ببطاقة أخرى تُدفع فورًا.',
    nextTry: 'المحاولة القادمة',
    pay: 'دفع الفاتورة',
  },
  confirm: {
    subject: '{organization}: يطلب منك البنك تأكيد {amount}',
    heading: 'يطلب منك البنك تأكيد الدفعة بقيمة {amount}',
    body: 'لا يُخصم شيء قبل أن تؤكد. وإن لم تفعل تُعدّ الدفعة فاشلة وتُعاد المحاولة.',
    action: 'تأكيد {amount}',
  },
  renewed: {
    subject: '{organization}: دُفع {amount} عن {plan}',
    heading: 'تجددت خطة {plan}',
    body: 'استلمنا {amount}. لا يلزمك فعل شيء.',
    coveredSubject: '{organization}: تجددت خطة {plan} ودُفعت من رصيدك',
    coveredBody: 'دفع رصيدك المبلغ كاملًا، فلم يُخصم شيء. لا يلزمك فعل شيء.',
  },
  receipt: {
    subject: '{organization}: إيصال بمبلغ {amount}',
    heading: 'استلمنا {amount}',
    plan: 'شكرًا لك. هذا يدفع خطة {plan}. لا يلزمك فعل شيء.',
    purchase: 'شكرًا لك. الرصيد جاهز للاستخدام. لا يلزمك فعل شيء.',
    other: 'شكرًا لك. الفاتورة {document} مدفوعة. لا يلزمك فعل شيء.',
  },
  refunded: {
    subject: '{organization}: {amount} في طريقه إليك',
    heading: 'رددنا إليك {amount}',
    body: 'يعود المبلغ بالطريقة التي دُفع بها. قد تستغرق البنوك حتى 10 أيام لإظهاره.',
    credit: 'عاد إلى رصيدك {credit} كان قد دفع جزءًا منها.',
    movedToFree: 'انتهت بذلك خطة {plan}، وتسري حصة الخطة المجانية.',
    term: 'المبلغ المردود',
    ofTerm: 'من الفاتورة',
    creditTerm: 'الرصيد المُعاد',
  },
  proForma: {
    subject: '{organization}: فاتورة مبدئية بمبلغ {amount} عن {plan}',
    heading: 'فاتورة مبدئية {document} بمبلغ {amount}',
    body: 'تبدأ خطة {plan} لحظة دفعها كاملة، ولفترة كاملة. حتى ذلك الحين لا يُستحق شيء ولا يُخصم شيء.',
    byCard: 'يمكن دفعها بالبطاقة فورًا، أو بحوالة مصرفية مع ذكر رقم الفاتورة مرجعًا.',
    onlyCard: 'يمكن دفعها بالبطاقة فورًا.',
    bank: 'حوالة مصرفية',
    reference: 'المرجع',
    pay: 'دفع {amount} بالبطاقة',
  },
}
