import type { team as english } from '../en/team'
import type { MailTranslation } from '../translation'

export const team: MailTranslation<typeof english> = {
  changed: {
    subject: '{organization}: {count, plural, zero {لا مقاعد} one {مقعد واحد} two {مقعدان} few {# مقاعد} many {# مقعدًا} other {# مقعد}} في خطة {plan}',
    heading:
      '{count, plural, zero {لا مقاعد} one {مقعد واحد} two {مقعدان} few {# مقاعد} many {# مقعدًا} other {# مقعد}} في خطة {plan} {count, plural, zero {مشغولة الآن} one {مشغول الآن} two {مشغولان الآن} few {مشغولة الآن} many {مشغولة الآن} other {مشغولة الآن}}',
    joined: 'انضم: {names}.',
    left: 'غادر: {names}.',
    others: '{count, plural, zero {لا أحد غيرهم} one {شخص آخر} two {شخصان آخران} few {# أشخاص آخرين} many {# شخصًا آخر} other {# شخص آخر}}',
    charged: 'لا يُخصم شيء اليوم. عن المقاعد المضافة يُخصم {amount} في {at}، عن بقية الفترة ومع ما يُستحق عندئذٍ.',
    credited: 'عن المقاعد التي تُركت يُضاف {amount} إلى حسابك في {at}.',
    unchanged: 'يبقى ما تدفعه عن هذه الفترة كما هو.',
    trial: 'لا تكلّف المقاعد شيئًا خلال الفترة التجريبية. ويُحسب أول خصم، في {at}، بعدد الأعضاء في ذلك اليوم.',
  },
  seats: 'المقاعد المشغولة',
  price: 'سعر المقعد',
  priceMonth: '{price} شهريًا',
  priceYear: '{price} سنويًا',
  chargedOn: 'سيُخصم',
  creditedOn: 'سيُقيَّد لك',
  onDay: '{amount} في {at}',
  reviewed: {
    subject: '{organization}: تمت مراجعة مقاعد {plan}',
    heading: 'تمت مراجعة مقاعدك في خطة {plan}',
    charged: 'يُخصم {amount} عن المقاعد المضافة.',
    credited: 'أُضيف {amount} إلى حسابك عن المقاعد التي تُركت.',
    seats: 'المقاعد المدفوعة من الآن',
  },
}
