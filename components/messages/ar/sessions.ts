import type { sessions as english } from '../en/sessions'
import type { Translation } from '../translation'

/** Where one is signed in. */
export const sessions: Translation<typeof english> = {
  you: 'هذا المتصفح',
  device: '{browser} على {system}',
  unknownBrowser: 'متصفح غير معروف',
  unknownAddress: 'عنوان غير معروف',
  facts: 'منذ {since}، آخر استخدام {seen}، من {address}',
  list: 'جلساتك',
  end: 'إنهاء',
  endNamed: 'إنهاء الجلسة في {device} منذ {since}',
  endOthers: 'إنهاء كل الجلسات الأخرى',
  ended: 'أُنهيت الجلسة.',
  othersEnded: 'أُنهيت كل الجلسات الأخرى.',
  unavailable: 'تعذّر ذلك الآن. أعد تحميل الصفحة وحاول مرة أخرى.',
  deskTitle: 'أين تسجّل دخولك إلى المكتب',
  deskHint: 'تنتهي الجلسة بعد {minutes} دقيقة دون استخدام، وبعد {hours} ساعة.',
}
