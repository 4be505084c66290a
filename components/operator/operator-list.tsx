import { useTranslations } from 'next-intl'
import { changeOperatorRoleAction, inviteOperatorAction, linkOperatorAction, removeOperatorAction } from '@/app/actions/operator/operators'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DateTime } from '@/components/ui/date-time'
import { Disclosure } from '@/components/ui/disclosure'
import { EmailAddress } from '@/components/ui/email-address'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'

export type OperatorView = {
  id: string
  email: string
  role: 'admin' | 'support'
  invitedBy: string
  lastSeenAt: string | null
  /** False: the link was not used yet. */
  hasPassword: boolean
  isSelf: boolean
}

type Props = { operators: readonly OperatorView[]; isAdmin: boolean }

/** Who works at the desk. */
export function OperatorList({ operators, isAdmin }: Props) {
  const t = useTranslations('desk.operators')
  return (
    <Card title={t('caption')}>
      <ul className="-my-2 divide-y divide-line">
        {operators.map((operator) => (
          <li key={operator.id}>
            <Disclosure
              summary={
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <EmailAddress value={operator.email} />
                  <Badge tone={operator.role === 'admin' ? 'accent' : 'neutral'}>{t(`role.${operator.role}`)}</Badge>
                  {operator.isSelf && <Badge>{t('you')}</Badge>}
                  <span className="w-full text-muted sm:ms-auto sm:w-auto">
                    {operator.lastSeenAt ? <DateTime at={operator.lastSeenAt} precision="minute" /> : t(operator.hasPassword ? 'never' : 'invited')}
                  </span>
                </span>
              }
            >
              <Manage isAdmin={isAdmin} operator={operator} />
            </Disclosure>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Manage({ operator, isAdmin }: { operator: OperatorView; isAdmin: boolean }) {
  const t = useTranslations('desk.operators')
  const adminOnly = useAdminOnly({ isAdmin })
  const reason = adminOnly ?? (operator.isSelf ? t('notYourself') : null)
  const other = operator.role === 'admin' ? 'support' : 'admin'
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{t('invitedBy', { by: operator.invitedBy })}</p>
      <div className="flex flex-wrap items-start gap-x-6 gap-y-4">
        <ActionForm about={{ email: operator.email }} action={linkOperatorAction} done={t('linkDone')} fields={[]} reason={adminOnly} submit={t('link')} />
        <ActionForm
          about={{ operatorId: operator.id, role: other }}
          action={changeOperatorRoleAction}
          done={t('roleDone')}
          fields={[]}
          reason={reason}
          submit={t(`make.${other}`)}
        />
        <ActionForm
          about={{ operatorId: operator.id }}
          action={removeOperatorAction}
          danger
          done={t('removeDone')}
          fields={[]}
          reason={reason}
          submit={t('remove')}
        />
      </div>
    </div>
  )
}

export function InviteOperator({ isAdmin }: { isAdmin: boolean }) {
  const t = useTranslations('desk.operators')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Card description={t('inviteHint')} title={t('invite')}>
      <ActionForm
        action={inviteOperatorAction}
        done={t('inviteDone')}
        fields={[
          { kind: 'email', name: 'email', label: t('email'), maxLength: 320 },
          {
            kind: 'choice',
            name: 'role',
            label: t('as'),
            options: [
              { value: 'support', label: t('explain.support') },
              { value: 'admin', label: t('explain.admin') },
            ],
          },
        ]}
        reason={reason}
        submit={t('inviteSubmit')}
        wide
      />
    </Card>
  )
}
