import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { AutoRecharge } from '@/components/credits/auto-recharge'
import { Balance } from '@/components/credits/balance'
import { Contribute } from '@/components/credits/contribute'
import { AccountGrants, Lots, Movements } from '@/components/credits/tables'
import { PageShell } from '@/components/layout/page-shell'
import { creditsPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { Money } from '@/components/ui/money'
import { Pagination } from '@/components/ui/pagination'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getCreditsPage } from '@/lib/billing/views/credits-page'
import { type GrantId, isId } from '@/lib/ids'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ lots?: string | string[]; grants?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('credits')
  return { title: t('title') }
}

const isPlace = (place: string | string[] | undefined): place is GrantId | undefined =>
  place === undefined || (typeof place === 'string' && isId('grant', place))

/** What is paid already: credit that was bought, what drew it down and how it is refilled; and what goes towards invoices. */
export default async function CreditsPage({ params, searchParams }: Props) {
  const { org } = await params
  const { lots, grants } = await searchParams
  if (!isPlace(lots) || !isPlace(grants)) notFound()
  const viewer = await requireViewer(org, 'plan:read')
  const view = await readAs(viewer, (tx, id) => getCreditsPage(tx, id, { viewer: viewer.member.id, lotsBefore: lots ?? null, grantsBefore: grants ?? null }))
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
              {(bought.pays !== 'nothing' || bought.recharge?.enabled) && (
                <AutoRecharge bought={bought} isOwner={viewer.can('auto_recharge:write')} key={rechargeKey} org={org} view={view} />
              )}
            </div>
            {(bought.lots.rows.length > 0 || bought.pays !== 'nothing') && (
              <Card description={t('lotsHint')} flush title={t('lots')}>
                <Lots canSeeInvoices={canSeeInvoices} currency={currency} org={org} rows={bought.lots.rows} />
              </Card>
            )}
            <Pagination
              newer={lots ? creditsPath(org, { grants }) : null}
              older={bought.lots.next ? creditsPath(org, { grants, lots: bought.lots.next }) : null}
            />
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
          <AccountGrants canSeeInvoices={canSeeInvoices} currency={currency} org={org} rows={account.grants.rows} />
        </Card>
        <Pagination
          newer={grants ? creditsPath(org, { lots }) : null}
          older={account.grants.next ? creditsPath(org, { lots, grants: account.grants.next }) : null}
        />
        {viewer.can('credit:contribute') && view.personalCredit > 0n && <Contribute org={org} view={view} />}
      </ClientMessages>
    </PageShell>
  )
}
