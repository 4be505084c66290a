import { useLocale } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'

/** A count with its thousands set apart: 300,000. Say its unit beside it. */
export function Quantity({ value }: { value: bigint | number }) {
  const locale = useLocale()
  return <span className="figures whitespace-nowrap">{formatCount(value, locale)}</span>
}
