import type { IssuedWords } from './issued-sentences'

export const ar: IssuedWords = {
  planFee: '{plan}، {interval, select, year {سنة} other {فترة}} مدفوعة مقدمًا',
  unusedTime: 'وقت غير مستخدم من {plan}: {unused, number} من {total, plural, few {# أيام} many {# يومًا} other {# يوم}}',
  restOfPeriod: '{plan} لما تبقى من الفترة: {unused, number} من {total, plural, few {# أيام} many {# يومًا} other {# يوم}}',
  seatsAdded:
    'إضافة {members, plural, one {عضو واحد} two {عضوين} few {# أعضاء} many {# عضوًا} other {# عضو}} إلى {plan}: {days, number} من {total, plural, few {# أيام} many {# يومًا} other {# يوم}}',
  seatsPassedThrough:
    'انضمام {members, plural, one {عضو واحد} two {عضوين} few {# أعضاء} many {# عضوًا} other {# عضو}} إلى {plan} ثم مغادرتهم: {days, number} من {total, plural, few {# أيام} many {# يومًا} other {# يوم}}',
  seatsRemoved:
    'إزالة {members, plural, one {عضو واحد} two {عضوين} few {# أعضاء} many {# عضوًا} other {# عضو}} من {plan}: {days, number} من {total, plural, few {# أيام} many {# يومًا} other {# يوم}}',
  lateUsage: 'استخدام أُبلغ عنه متأخرًا، من {start} إلى {end}: {units, number} {unit}',
  refundedAlready: 'وقت غير مستخدم سبق رد مبلغه',
  rechargedCredit: 'رصيد اشتُري بالشحن التلقائي',
  boughtCredit: 'رصيد',
  planChanged: 'تغيّرت الخطة من {from} إلى {to}.',
  intervalChanged: 'تغيّرت دورة الفوترة من {from, select, year {سنوية} other {شهرية}} إلى {to, select, year {سنوية} other {شهرية}}.',
  forExtraUsage: '{amount} مقابل الاستخدام فوق الحد.',
  forUsage: '{amount} مقابل الاستخدام.',
  forLateUsage: '{amount} مقابل استخدام أُبلغ عنه بعد فوترة فترته.',
  boughtCreditApplied: 'خُصم {amount} من الرصيد المشترى.',
  creditApplied: 'خُصم {amount} من الرصيد.',
  collectedHere: 'كان مبلغ {amount} السابق أصغر من أن يُحصَّل وحده، ويُحصَّل هنا.',
  carriedForward: 'مبلغ {amount} أصغر من أن يُحصَّل وحده، ويُحصَّل مع الفاتورة التالية.',
  membersAdded: 'أُضيف {members, plural, one {عضو واحد} two {عضوان} few {# أعضاء} many {# عضوًا} other {# عضو}}: {amount} عن المدة منذ ذلك الحين.',
  membersRemoved: 'أُزيل {members, plural, one {عضو واحد} two {عضوان} few {# أعضاء} many {# عضوًا} other {# عضو}}: ما دُفع عن المدة اللاحقة يصبح رصيدًا.',
  membersRemovedWithCredit:
    'أُزيل {members, plural, one {عضو واحد} two {عضوان} few {# أعضاء} many {# عضوًا} other {# عضو}}: رصيد قدره {amount} عن المدة اللاحقة.',
  extraUnits: '{units, number} {unit} فوق الحد البالغ {limit, number}',
  usedUnits: '{units, number} {unit}',
}
