import { DOCUMENT_LANGUAGES, type DocumentLanguage } from '../../db/schema'
import { negotiateLocale } from '../negotiate-locale'
import type { Answer } from './answer'
import { germanAnswer } from './german/word-german'

/** One request. Its texts are in `language`: what the caller asks for, until it is known whose organization it is about and may be told. */
export type Asked = { id: string; language: DocumentLanguage /** By whom, once it is known: for the log where they are refused. */; caller?: Caller }

/** Ids alone. */
export type Caller = { key: string; actor?: string; role?: string; organization?: string }

export function askedLanguage(headers: Headers): DocumentLanguage {
  const found = negotiateLocale(headers.get('accept-language'), DOCUMENT_LANGUAGES)
  return DOCUMENT_LANGUAGES.find((language) => language === found) ?? 'en'
}

/** English is what routes answer and what is kept under an idempotency key; another language is put on as it leaves. */
export function answerIn(language: DocumentLanguage, answer: Answer): Answer {
  return language === 'de' ? germanAnswer(answer) : answer
}
