import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import { LinkButton } from './link-button'

/** Goes through a list by cursor, newest first. A page that is not there has no link. */
export function Pagination({ newer, older }: { newer: Route | null; older: Route | null }) {
  const t = useTranslations('ui')
  if (!newer && !older) return null
  return (
    <nav aria-label={t('pagination')} className="flex justify-end gap-2">
      {newer && (
        <LinkButton href={newer} icon={<ChevronLeft aria-hidden className="rtl:-scale-x-100" />} size="sm">
          {t('newer')}
        </LinkButton>
      )}
      {older && (
        <LinkButton className="flex-row-reverse" href={older} icon={<ChevronRight aria-hidden className="rtl:-scale-x-100" />} size="sm">
          {t('older')}
        </LinkButton>
      )}
    </nav>
  )
}
