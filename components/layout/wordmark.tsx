import { useTranslations } from 'next-intl'

/** The mark is a vessel with room above what fills it. */
export function Mark({ className = 'size-5' }: { className?: string }) {
  return (
    <svg aria-hidden className={className} fill="none" viewBox="0 0 20 20">
      <rect height="16.5" rx="4.25" stroke="currentColor" strokeWidth="1.5" width="16.5" x="1.75" y="1.75" />
      <path d="M4.5 11h11v2.5a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2z" fill="var(--accent)" />
    </svg>
  )
}

export function Wordmark() {
  const t = useTranslations('shell')
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-sm tracking-tight">
      <Mark />
      {t('productName')}
    </span>
  )
}
