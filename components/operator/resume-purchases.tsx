import { useTranslations } from 'next-intl'
import { resumePurchasesAction } from '@/app/actions/operator/requests'
import { Card } from '@/components/ui/card'
import type { DeskOrganization } from '@/lib/billing/views/desk-organization'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'

/** After a lost dispute: what buys by itself stays stopped until somebody here says otherwise (G80). */
export function ResumePurchases({ organization, isAdmin }: { organization: DeskOrganization; isAdmin: boolean }) {
  const t = useTranslations('desk.organization.resume')
  const form = useTranslations('deskForm')
  const reason = useAdminOnly({ isAdmin, isClosed: organization.closedAt !== null })
  return (
    <Card description={t('body')} title={t('title')}>
      <ActionForm
        about={{ organizationId: organization.id }}
        action={resumePurchasesAction}
        done={t('done')}
        fields={[{ kind: 'area', name: 'reason', label: form('reason'), hint: form('reasonHint') }]}
        reason={reason}
        submit={t('submit')}
      />
    </Card>
  )
}
