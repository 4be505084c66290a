import { Eye } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import type { Role } from '@/lib/auth/permissions'

type Props = {
  visit: { operator: string }
  /** As whom the pages are seen. */
  role: Role
  /** A server action. */
  leave: () => Promise<void>
}

/** At the foot of a customer's pages while an operator looks at them, where it can never be out of sight. */
export function VisitBar({ visit, role, leave }: Props) {
  const t = useTranslations('shell.visit')
  return (
    <section aria-label={t('label')} className="sticky bottom-0 z-20 border-warning-line border-t bg-warning-soft shadow-popup">
      <form action={leave} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2 text-sm sm:px-6 lg:px-8">
        <Eye aria-hidden className="size-4 shrink-0 text-warning-ink" />
        <span className="min-w-0 flex-1 basis-48">
          <strong className="font-semibold">{t('title')}</strong> <span className="wrap-anywhere">{t('as', { role, operator: visit.operator })}</span>
        </span>
        <Button size="sm" type="submit">
          {t('leave')}
        </Button>
      </form>
    </section>
  )
}
