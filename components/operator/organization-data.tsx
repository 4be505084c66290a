import { useLocale, useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { useAdminOnly } from './admin-only'
import { deskExportPath } from './desk-routes'

type Props = { organization: string; isAdmin: boolean /** It was too soon: when again, ISO 8601. */; later: string | null }

/** Everything of a customer as one file, for those whom the company owes it. */
export function OrganizationData({ organization, isAdmin, later }: Props) {
  const t = useTranslations('desk.organization.data')
  const locale = useLocale()
  const reason = useAdminOnly({ isAdmin })
  return (
    <Card description={t('hint')} title={t('title')}>
      <form action={deskExportPath(organization)} className="flex flex-col items-start gap-4" method="post">
        {later && (
          <Notice live="status" tone="warning">
            {t('later', { at: formatInstant(later, locale) })}
          </Notice>
        )}
        <Button reason={reason} type="submit">
          {t('button')}
        </Button>
      </form>
    </Card>
  )
}
