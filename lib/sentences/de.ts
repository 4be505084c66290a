import { unitIn } from '../unit-words'
import { dayIn } from './day'
import { germanFigures as figures } from './german-figures'
import type { SentenceWords } from './sentences'

const MOVES: Record<string, string> = { added: 'hinzugekommen', 'joined and left': 'gekommen und gegangen', removed: 'ausgeschieden' }
const INTERVALS: Record<string, string> = { month: 'monatlich', year: 'jährlich' }

const members = (count: string) => (count === '1' ? '1 Mitglied' : `${figures(count)} Mitglieder`)
const units = (count: string, unit: string) => `${figures(count)} ${unitIn(unit, 'de')}`
const day = (iso: string) => dayIn(iso, 'de-DE')

export const de: SentenceWords = {
  advance: (plan, interval) => `${plan}, ${interval === 'year' ? 'ein Jahr' : 'ein Zeitraum'} im Voraus`,
  unused: (plan, unused, total) => `Nicht genutzte Zeit von ${plan}: ${unused} von ${total} Tagen`,
  rest: (plan, unused, total) => `${plan} für den Rest des Zeitraums: ${unused} von ${total} Tagen`,
  membersMoved: (count = '', moved = '', plan = '', days = '', total = '') =>
    `${members(count)} ${MOVES[moved]}, ${plan}: ${figures(days)} von ${figures(total)} Tagen`,
  overLimit: (count = '', unit = '', limit = '') => `${units(count, unit)} über dem Limit von ${figures(limit)}`,
  late: (start = '', end = '', count = '', unit = '') => `Nachgemeldete Nutzung, ${day(start)} bis ${day(end)}: ${units(count, unit)}`,
  refundedTime: () => 'Nicht genutzte Zeit, die schon erstattet wurde',
  recharged: () => 'Guthaben, automatisch aufgeladen',
  credit: () => 'Guthaben',
  planChanged: (from, to) => `Der Tarif wechselte von ${from} zu ${to}.`,
  intervalChanged: (from = '', to = '') => `Statt ${INTERVALS[from]} wird nun ${INTERVALS[to]} abgerechnet.`,
  isOverLimit: (amount = '') => `${figures(amount)} sind für Nutzung über dem Limit.`,
  isUsage: (amount = '') => `${figures(amount)} sind für Nutzung.`,
  isLate: (amount = '') => `${figures(amount)} sind für Nutzung, die erst nach der Abrechnung ihres Zeitraums gemeldet wurde.`,
  boughtApplied: (amount = '') => `${figures(amount)} gekauftes Guthaben wurden verrechnet.`,
  creditApplied: (amount = '') => `${figures(amount)} Guthaben wurden verrechnet.`,
  tooSmallBefore: (amount = '') => `${figures(amount)} von früher waren allein zu klein zum Einziehen und werden hier eingezogen.`,
  tooSmallNow: (amount = '') => `${figures(amount)} sind allein zu klein zum Einziehen und kommen auf die nächste Rechnung.`,
  membersAdded: (count = '', amount = '') => `${members(count)} hinzugekommen: ${figures(amount)} für die Zeit seither.`,
  membersRemoved: (count = '') => `${members(count)} ausgeschieden: Was für die Zeit danach bezahlt war, wird Guthaben.`,
  membersCredited: (count = '', amount = '') => `${members(count)} ausgeschieden: ${figures(amount)} Guthaben für die Zeit danach.`,
  usage: (count = '', unit = '') => units(count, unit),
}
