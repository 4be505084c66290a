import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { AutoRecharge } from '@/components/credits/auto-recharge'
import { Balance } from '@/components/credits/balance'
import { Contribute } from '@/components/credits/contribute'
import { AccountGrants, Lots, Movements } from '@/components/credits/tables'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { Money } from '@/components/ui/money'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getCreditsPage } from '@/lib/billing/views/credits-page'

type Props = { params: Promise<{ org: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('credits')
  return { title: t('title') }
}

/** What is paid already: credit that was bought, what drew it down and how it is refilled; and what goes towards invoices. */
export default async function CreditsPage({ params }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org, 'plan:read')
  const view = await readAs(viewer, (tx, id) => getCreditsPage(tx, id, viewer.member.id))
  if (!view) notFound()
  const t = await getTranslations('credits')
  const { bought, account, currency } = view
  const canSeeInvoices = viewer.can('invoices:read')
  const rechargeKey = [bought?.recharge?.enabled, bought?.recharge?.threshold, bought?.recharge?.amount, bought?.recharge?.monthlyLimit].join()
  return (
    <PageShell description={t('description')} title={t('title')}>
      <ClientMessages namespaces={['credits', 'plan']}>
        {bought && (
          <>
            <div className="grid items-stretch gap-6 xl:grid-cols-2">
              <Balance bought={bought} mayBuy={viewer.can('credits:buy')} org={org} view={view} />
              <AutoRecharge bought={bought} isOwner={viewer.can('auto_recharge:write')} key={rechargeKey} org={org} view={view} />
            </div>
            <Card description={t('lotsHint')} flush title={t('lots')}>
              <Lots canSeeInvoices={canSeeInvoices} currency={currency} org={org} rows={bought.lots} />
            </Card>
            {bought.movements.length > 0 && (
              <Card description={t('movementsHint')} flush title={t('movements')}>
                <Movements canSeeInvoices={canSeeInvoices} currency={currency} org={org} rows={bought.movements} />
              </Card>
            )}
          </>
        )}
        <Card description={t(account.balance < 0n ? 'accountOwed' : 'accountHint')} flush title={t('account')}>
          {account.balance !== 0n && (
            <div className="border-line border-b px-5 py-4 sm:px-6">
              <Figure label={t('balance')} value={<Money amount={account.balance} currency={currency} />} />
            </div>
          )}
          <AccountGrants canSeeInvoices={canSeeInvoices} currency={currency} org={org} rows={account.grants} />
        </Card>
        {viewer.can('credit:contribute') && view.personalCredit > 0n && <Contribute org={org} view={view} />}
      </ClientMessages>
    </PageShell>
  )
}
