import type { errors as english } from '../en/errors'
import type { Translation } from '../translation'

export const errors: Translation<typeof english> = {
  notFoundTitle: 'لا يوجد شيء في هذا العنوان',
  notFoundBody: 'قد يكون العنوان مكتوبًا بشكل خاطئ، أو أنه يخص مؤسسة لست عضوًا فيها.',
  pageTitle: 'تعذّر تحميل هذه الصفحة',
  pageBody: 'الخلل من جانبنا، ولم يغيّر فتح هذه الصفحة شيئًا. حاول مرة أخرى؛ وإذا استمر الخلل فأعطِ هذا الرقم المرجعي للجهة التي تدير الخدمة.',
  reference: 'الرقم المرجعي',
  retry: 'إعادة المحاولة',
  home: 'الانتقال إلى النظرة العامة',
  sectionTitle: 'تعذّر تحميل قسم {section}',
  sectionBody: 'بقية هذه الصفحة سليمة.',
}
