import { useTranslations } from 'next-intl'
import { erasePersonAction } from '@/app/actions/operator/people'
import { Card } from '@/components/ui/card'
import { Disclosure } from '@/components/ui/disclosure'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'

/** For somebody who asks the company to be forgotten, once they have left every organization. */
export function ErasePerson({ isAdmin }: { isAdmin: boolean }) {
  const t = useTranslations('desk.requests.erase')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Card description={t('hint')} title={t('title')}>
      <Disclosure summary={t('open')}>
        <ActionForm
          action={erasePersonAction}
          danger
          done={t('done')}
          fields={[{ kind: 'email', name: 'email', label: t('email') }]}
          reason={reason}
          submit={t('submit')}
        />
      </Disclosure>
    </Card>
  )
}
