import { Wallet } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { adjustCreditAction, setTrustTierAction } from '@/app/actions/operator/money'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { Figure } from '@/components/ui/figure'
import { Money } from '@/components/ui/money'
import { TextLink } from '@/components/ui/text-link'
import type { GrantView } from '@/lib/billing/views/credits'
import type { DeskOrganization } from '@/lib/billing/views/desk-organization'
import { type ExactAmount, formatExactMoney } from '@/lib/money'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'
import { deskInvoicePath } from './desk-routes'

export function DeskGrants({ organization, grants }: { organization: DeskOrganization; grants: readonly GrantView[] }) {
  const t = useTranslations('desk.organization')
  const locale = useLocale()
  const money = (amount: ExactAmount) => formatExactMoney(amount, organization.currency, locale)
  return (
    <Card flush title={t('grants')}>
      <DataTable
        caption={t('grants')}
        columns={[
          { id: 'at', header: t('grant.at'), rowHeader: true, cell: (row) => <DateTime at={row.grantedAt.toString()} /> },
          {
            id: 'source',
            header: t('grant.source'),
            cell: (row) =>
              row.documentId ? (
                <TextLink href={deskInvoicePath(organization.id, row.documentId)}>{t(`grant.sources.${row.source}`)}</TextLink>
              ) : (
                t(`grant.sources.${row.source}`)
              ),
          },
          {
            id: 'expires',
            header: t('grant.expires'),
            cell: (row) => (row.expiresAt ? <DateTime at={row.expiresAt.toString()} /> : <span className="text-muted">{t('grant.never')}</span>),
          },
          { id: 'amount', header: t('grant.amount'), align: 'end', cell: (row) => money(row.amount) },
          {
            id: 'left',
            header: t('grant.left'),
            align: 'end',
            aside: true,
            cell: (row) => (row.expired > 0n ? <span className="text-muted">{t('grant.ended')}</span> : money(row.remaining)),
          },
        ]}
        empty={<EmptyState icon={<Wallet />} title={t('noGrants')} />}
        inset
        rowKey={(row) => row.id}
        rows={grants}
      />
    </Card>
  )
}

type Props = { organization: DeskOrganization; isAdmin: boolean }

export function Balances({ organization }: { organization: DeskOrganization }) {
  const t = useTranslations('desk.organization')
  const locale = useLocale()
  return (
    <div className="flex flex-wrap gap-x-12 gap-y-4">
      <Figure label={t('creditBalance')} value={<Money amount={organization.creditBalance} currency={organization.currency} />} />
      <Figure label={t('prepaidBalance')} value={formatExactMoney(organization.prepaidBalance, organization.currency, locale)} />
      <Figure label={t('trustTier')} value={t('tier', { tier: String(organization.trustTier) })} />
    </div>
  )
}

export function AdjustCredit({ organization, isAdmin }: Props) {
  const t = useTranslations('desk.organization.adjust')
  const form = useTranslations('deskForm')
  const reason = useAdminOnly({ isAdmin, isClosed: organization.closedAt !== null })
  return (
    <Card description={t('hint')} title={t('title')}>
      <ActionForm
        about={{ organizationId: organization.id }}
        action={adjustCreditAction}
        done={t('done')}
        fields={[
          {
            kind: 'choice',
            name: 'direction',
            label: t('direction'),
            options: [
              { value: 'give', label: t('give') },
              { value: 'take', label: t('take') },
            ],
          },
          { kind: 'amount', name: 'amount', label: t('amount'), suffix: organization.currency.toUpperCase() },
          { kind: 'date', name: 'expiresOn', label: t('expires'), hint: t('expiresHint'), optional: true },
          { kind: 'area', name: 'reason', label: form('reason'), hint: form('reasonHint') },
        ]}
        reason={reason}
        submit={t('submit')}
        wide
      />
    </Card>
  )
}

const TIERS = ['1', '2', '3', '4', '5'] as const

export function TrustTier({ organization, isAdmin }: Props) {
  const t = useTranslations('desk.organization')
  const form = useTranslations('deskForm')
  const reason = useAdminOnly({ isAdmin, isClosed: organization.closedAt !== null })
  return (
    <Card description={t('trust.hint')} title={t('trust.title')}>
      <ActionForm
        about={{ organizationId: organization.id }}
        action={setTrustTierAction}
        done={t('trust.done')}
        fields={[
          {
            kind: 'choice',
            name: 'trustTier',
            label: t('trust.tier'),
            value: String(organization.trustTier),
            options: TIERS.map((tier) => ({ value: tier, label: t('tier', { tier }) })),
          },
          { kind: 'area', name: 'reason', label: form('reason'), hint: form('reasonHint') },
        ]}
        reason={reason}
        submit={t('trust.submit')}
        wide
      />
    </Card>
  )
}
