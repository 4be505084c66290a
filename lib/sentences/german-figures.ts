/** `$1,234.50`, `CA$5.00`, `KWD 1.250` and plain counts, as `Intl` writes them for en-US. */
const FIGURE = /([A-Z]{0,3}\p{Sc}|[A-Z]{3}\u00a0)?(\d+(?:,\d{3})*(?:\.\d+)?)/gu

/** The sign of a currency goes behind its amount; thousands and decimals are marked the other way round. */
export function germanFigures(text: string): string {
  return text.replace(FIGURE, (_, currency: string | undefined, digits: string) => {
    const german = digits.replace(/[,.]/g, (mark) => (mark === ',' ? '.' : ','))
    return currency ? `${german}\u00a0${currency.trim()}` : german
  })
}
