import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { createOperatorKeyAction, revokeOperatorKeyAction } from '@/app/actions/operator/keys'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { Disclosure } from '@/components/ui/disclosure'
import { EmptyState } from '@/components/ui/empty-state'
import type { DeskKey } from '@/lib/billing/views/desk-keys'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'

export function Keys({ keys, isAdmin }: { keys: readonly DeskKey[]; isAdmin: boolean }) {
  const t = useTranslations('desk.keys')
  return (
    <Card title={t('caption')}>
      {keys.length === 0 ? (
        <EmptyState icon={<KeyRound />} title={t('emptyTitle')}>
          {t('emptyBody')}
        </EmptyState>
      ) : (
        <ul className="-my-2 divide-y divide-line">
          {keys.map((key) => (
            <li key={key.id}>
              <KeyItem apiKey={key} isAdmin={isAdmin} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function KeyItem({ apiKey, isAdmin }: { apiKey: DeskKey; isAdmin: boolean }) {
  const t = useTranslations('desk.keys')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Disclosure
      aside={
        <span className="text-muted">
          {apiKey.revokedAt
            ? t('revoked')
            : apiKey.lastUsedAt
              ? t.rich('used', { at: () => <DateTime at={apiKey.lastUsedAt ?? ''} precision="minute" /> })
              : t('neverUsed')}
        </span>
      }
      summary={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="wrap-anywhere">{apiKey.label}</span>
          <Badge tone={apiKey.scope === 'admin' ? 'accent' : 'neutral'}>{t(`scope.${apiKey.scope}`)}</Badge>
          {apiKey.hint && <code className="font-mono text-[0.8125rem] text-muted">…{apiKey.hint}</code>}
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
          {t.rich('created', { at: () => <DateTime at={apiKey.createdAt} precision="minute" /> })}
          {apiKey.revokedAt && t.rich('revokedAt', { at: () => <DateTime at={apiKey.revokedAt ?? ''} precision="minute" /> })}
          <Copyable label={t('id')} value={apiKey.id} />
        </p>
        {!apiKey.revokedAt && (
          <ActionForm
            about={{ keyId: apiKey.id }}
            action={revokeOperatorKeyAction}
            danger
            done={t('revokeDone')}
            fields={[]}
            reason={reason}
            submit={t('revoke')}
          />
        )}
      </div>
    </Disclosure>
  )
}

const SCOPES = ['admin', 'usage', 'read'] as const

export function NewKey({ isAdmin }: { isAdmin: boolean }) {
  const t = useTranslations('desk.keys')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Card description={t('newHint')} title={t('new')}>
      <ActionForm
        action={createOperatorKeyAction}
        done={t('createDone')}
        fields={[
          { kind: 'text', name: 'label', label: t('label'), hint: t('labelHint'), maxLength: 80 },
          { kind: 'choice', name: 'scope', label: t('may'), value: 'usage', options: SCOPES.map((scope) => ({ value: scope, label: t(`explain.${scope}`) })) },
        ]}
        reason={reason}
        submit={t('create')}
        wide
      />
    </Card>
  )
}
