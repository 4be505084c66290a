import { useTranslations } from 'next-intl'

export function SkipLink() {
  const t = useTranslations('shell')
  return (
    <a
      className="sr-only focus:not-sr-only focus:fixed focus:start-3 focus:top-3 focus:z-30 focus:rounded-md focus:bg-ink focus:px-4 focus:py-2 focus:font-medium focus:text-canvas"
      href="#content"
    >
      {t('skip')}
    </a>
  )
}
