import { useTranslations } from 'next-intl'
import { overageHistoryPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { TextLink } from '@/components/ui/text-link'
import { OverageHistory } from '@/components/usage/overage-history'
import type { LatestOverageView } from '@/lib/billing/views/latest-overage'

/** What was used over a limit and billed for it, a card a product (A11). Nothing where nothing was. */
export function PastOverage({ org, overage }: { org: string; overage: readonly LatestOverageView[] }) {
  const t = useTranslations('invoices')
  return overage.map(({ product, currency, items }) => (
    <Card
      description={t('overageHint')}
      flush
      footer={<TextLink href={overageHistoryPath(org, product.id)}>{t('overageAll')}</TextLink>}
      key={product.id}
      title={t('overageOf', { product: product.name })}
    >
      <OverageHistory canSeeInvoices currency={currency} org={org} rows={items} />
    </Card>
  ))
}
