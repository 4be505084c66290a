import { Eye } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { beginVisitAction } from '@/app/actions/operator/visits'
import { Button } from '@/components/ui/button'

type Props = { organization: string; member: string; name: string; primary?: boolean }

/** Opens the customer's own pages, read only. A form, so that it works before scripts have loaded. */
export function Visit({ organization, member, name, primary = false }: Props) {
  const t = useTranslations('desk.organization')
  return (
    <form action={beginVisitAction.bind(null, organization, member)}>
      <Button icon={<Eye aria-hidden />} size={primary ? 'md' : 'sm'} type="submit" variant={primary ? 'secondary' : 'ghost'}>
        {primary ? (
          t('visit')
        ) : (
          <>
            <span aria-hidden>{t('visit')}</span>
            <span className="sr-only">{t('visitAs', { name })}</span>
          </>
        )}
      </Button>
    </form>
  )
}
