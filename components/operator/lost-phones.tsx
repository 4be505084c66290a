import { useTranslations } from 'next-intl'
import { takeOffSecondFactorAction } from '@/app/actions/operator/second-step'
import { Card } from '@/components/ui/card'
import { Disclosure } from '@/components/ui/disclosure'
import { EmailAddress } from '@/components/ui/email-address'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'

type Props = { organization: string; members: readonly { id: string; email: string }[]; isAdmin: boolean }

/** Members who sign in with two steps: one who has lost phone and recovery codes gets in again by asking here. */
export function LostPhones({ organization, members, isAdmin }: Props) {
  const t = useTranslations('desk.organization.lostPhone')
  const f = useTranslations('deskForm')
  const reason = useAdminOnly({ isAdmin })
  if (members.length === 0) return null
  return (
    <Card description={t('hint')} title={t('title')}>
      <ul className="-my-2 divide-y divide-line">
        {members.map(({ id, email }) => (
          <li key={id}>
            <Disclosure summary={<EmailAddress value={email} />}>
              <ActionForm
                about={{ organizationId: organization, memberId: id }}
                action={takeOffSecondFactorAction}
                danger
                done={t('done')}
                fields={[{ kind: 'area', name: 'reason', label: f('reason'), hint: f('reasonHint') }]}
                reason={reason}
                submit={t('submit')}
              />
            </Disclosure>
          </li>
        ))}
      </ul>
    </Card>
  )
}
