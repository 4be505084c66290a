import type { Locale } from './locale'

type Words = Record<Exclude<Locale, 'en'>, string>

/** What is commonly counted, in the plural, as a catalog in English names it. */
const UNITS: Readonly<Record<string, Words>> = {
  'API calls': { de: 'API-Aufrufe', ja: 'API コール', ar: 'استدعاءات API' },
  calls: { de: 'Aufrufe', ja: 'コール', ar: 'استدعاءات' },
  requests: { de: 'Anfragen', ja: 'リクエスト', ar: 'طلبات' },
  credits: { de: 'Credits', ja: 'クレジット', ar: 'نقاط' },
  screenshots: { de: 'Screenshots', ja: 'スクリーンショット', ar: 'لقطات شاشة' },
  tokens: { de: 'Tokens', ja: 'トークン', ar: 'رموز' },
  'input tokens': { de: 'Eingabe-Tokens', ja: '入力トークン', ar: 'رموز الإدخال' },
  'output tokens': { de: 'Ausgabe-Tokens', ja: '出力トークン', ar: 'رموز الإخراج' },
  messages: { de: 'Nachrichten', ja: 'メッセージ', ar: 'رسائل' },
  emails: { de: 'E-Mails', ja: 'メール', ar: 'رسائل بريد' },
  events: { de: 'Ereignisse', ja: 'イベント', ar: 'أحداث' },
  images: { de: 'Bilder', ja: '画像', ar: 'صور' },
  pages: { de: 'Seiten', ja: 'ページ', ar: 'صفحات' },
  documents: { de: 'Dokumente', ja: 'ドキュメント', ar: 'مستندات' },
  minutes: { de: 'Minuten', ja: '分', ar: 'دقائق' },
  hours: { de: 'Stunden', ja: '時間', ar: 'ساعات' },
  GB: { de: 'GB', ja: 'GB', ar: 'غيغابايت' },
  jobs: { de: 'Aufträge', ja: 'ジョブ', ar: 'مهام' },
  searches: { de: 'Suchen', ja: '検索', ar: 'عمليات بحث' },
  members: { de: 'Mitglieder', ja: 'メンバー', ar: 'أعضاء' },
  seats: { de: 'Plätze', ja: 'シート', ar: 'مقاعد' },
}

/**
 * A unit in the reader's language: as the operator's catalog says it there, else where Headroom knows the word; otherwise in English.
 *
 * @param own the catalog's words, by language.
 */
export function unitIn(unit: string, locale: Locale, own: Readonly<Record<string, string | undefined>> = {}): string {
  return locale === 'en' ? unit : (own[locale] ?? UNITS[unit]?.[locale] ?? unit)
}

export const KNOWN_UNITS: readonly string[] = Object.keys(UNITS)
