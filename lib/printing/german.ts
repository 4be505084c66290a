/**
 * Lines, formulas and reasons are issued in English, as the machine interface gives them. For a German document they are
 * worded anew when it is printed; what has no words here stands as it was issued, with German figures.
 */
export function inGerman(english: string): string {
  for (const [pattern, german] of SENTENCES) {
    const found = pattern.exec(english)
    if (found) return german(...found.slice(1))
  }
  return germanFigures(english)
}

/** A sentence that the engine writes, and its German, given what its brackets hold. */
type Sentence = readonly [RegExp, (...parts: string[]) => string]

const SENTENCES: readonly Sentence[] = [
  [/^(.+), a (period|year) in advance$/, (plan, interval) => `${plan}, ${interval === 'year' ? 'ein Jahr' : 'ein Zeitraum'} im Voraus`],
  [/^Unused time on (.+): (\d+) of (\d+) days$/, (plan, unused, total) => `Nicht genutzte Zeit von ${plan}: ${unused} von ${total} Tagen`],
  [/^(.+) for the rest of the period: (\d+) of (\d+) days$/, (plan, unused, total) => `${plan} für den Rest des Zeitraums: ${unused} von ${total} Tagen`],
  [
    /^([\d,]+) members? (added|joined and left|removed) on (.+): ([\d,]+) of ([\d,]+) days$/,
    (count, moved, plan, days, total) =>
      `${members(count)} ${MOVES[moved as keyof typeof MOVES]}, ${plan}: ${germanFigures(days)} von ${germanFigures(total)} Tagen`,
  ],
  [/^([\d,]+) (.+) over the limit of ([\d,]+)$/, (units, unit, limit) => `${germanFigures(units)} ${unit} über dem Limit von ${germanFigures(limit)}`],
  [
    /^Late usage of (\S+) to (\S+): ([\d,]+) (.+)$/,
    (start, end, units, unit) => `Nachgemeldete Nutzung, ${germanDay(start)} bis ${germanDay(end)}: ${germanFigures(units)} ${unit}`,
  ],
  [/^Unused time that was refunded already$/, () => 'Nicht genutzte Zeit, die schon erstattet wurde'],
  [/^Credit, bought by auto-recharge$/, () => 'Guthaben, automatisch aufgeladen'],
  [/^Credit$/, () => 'Guthaben'],
  [/^The plan changed from (.+) to (.+)\.$/, (from, to) => `Der Tarif wechselte von ${from} zu ${to}.`],
  [
    /^The interval changed from a (month|year) to a (month|year)\.$/,
    (from, to) => `Statt ${INTERVALS[from as Interval]} wird nun ${INTERVALS[to as Interval]} abgerechnet.`,
  ],
  [/^(\S+) is for usage over the limit\.$/, (amount) => `${germanFigures(amount)} sind für Nutzung über dem Limit.`],
  [/^(\S+) is for usage\.$/, (amount) => `${germanFigures(amount)} sind für Nutzung.`],
  [
    /^(\S+) is for usage that was reported after its period was invoiced\.$/,
    (amount) => `${germanFigures(amount)} sind für Nutzung, die erst nach der Abrechnung ihres Zeitraums gemeldet wurde.`,
  ],
  [/^(\S+) of credit that was bought was applied\.$/, (amount) => `${germanFigures(amount)} gekauftes Guthaben wurden verrechnet.`],
  [/^(\S+) of credit was applied\.$/, (amount) => `${germanFigures(amount)} Guthaben wurden verrechnet.`],
  [
    /^(\S+) from earlier was too small to charge by itself and is collected here\.$/,
    (amount) => `${germanFigures(amount)} von früher waren allein zu klein zum Einziehen und werden hier eingezogen.`,
  ],
  [
    /^(\S+) is too small to charge by itself and is collected with the next invoice\.$/,
    (amount) => `${germanFigures(amount)} sind allein zu klein zum Einziehen und kommen auf die nächste Rechnung.`,
  ],
  [
    /^([\d,]+) members? (?:was|were) added: (\S+) for the time since\.$/,
    (count, amount) => `${members(count)} hinzugekommen: ${germanFigures(amount)} für die Zeit seither.`,
  ],
  [
    /^([\d,]+) members? (?:was|were) removed: what was paid for the time after it becomes credit\.$/,
    (count) => `${members(count)} ausgeschieden: Was für die Zeit danach bezahlt war, wird Guthaben.`,
  ],
  [
    /^([\d,]+) members? (?:was|were) removed: (\S+) of credit for the time after it\.$/,
    (count, amount) => `${members(count)} ausgeschieden: ${germanFigures(amount)} Guthaben für die Zeit danach.`,
  ],
]

const MOVES = { added: 'hinzugekommen', 'joined and left': 'gekommen und gegangen', removed: 'ausgeschieden' } as const
const INTERVALS = { month: 'monatlich', year: 'jährlich' } as const
type Interval = keyof typeof INTERVALS

function members(count: string): string {
  return count === '1' ? '1 Mitglied' : `${germanFigures(count)} Mitglieder`
}

const days = new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'UTC' })

function germanDay(iso: string): string {
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
  // biome-ignore lint/style/noRestrictedGlobals: the edge to Intl; the engine wrote this day, and no clock is asked.
  return days.format(Date.UTC(Number(year), Number(month) - 1, Number(day)))
}

/** `$1,234.50`, `CA$5.00`, `KWD 1.250` and plain counts, as `Intl` writes them for en-US. */
const FIGURE = /([A-Z]{0,3}\p{Sc}|[A-Z]{3}\u00a0)?(\d+(?:,\d{3})*(?:\.\d+)?)/gu

/** The sign of a currency goes behind its amount; thousands and decimals are marked the other way round. */
export function germanFigures(text: string): string {
  return text.replace(FIGURE, (_, currency: string | undefined, digits: string) => {
    const german = digits.replace(/[,.]/g, (mark) => (mark === ',' ? '.' : ','))
    return currency ? `${german}\u00a0${currency.trim()}` : german
  })
}
