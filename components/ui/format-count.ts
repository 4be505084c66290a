const formats = new Map<string, Intl.NumberFormat>()

/** A whole number as people of `locale` write it: "12,500". What writes it is made once, which takes longer than to write a thousand. */
export function formatCount(count: number | bigint, locale: string): string {
  const found = formats.get(locale) ?? new Intl.NumberFormat(locale)
  formats.set(locale, found)
  return found.format(count)
}
