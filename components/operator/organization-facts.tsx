import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { type DescriptionItem, DescriptionList } from '@/components/ui/description-list'
import { Money } from '@/components/ui/money'
import type { DeskOrganization } from '@/lib/billing/views/desk-organization'
import { brandName } from '@/lib/brand-name'
import { formatExactMoney } from '@/lib/money'

/** What is known of an organization, a line each; ids can be copied. */
export function OrganizationFacts({ organization }: { organization: DeskOrganization }) {
  const t = useTranslations('desk.organization')
  const locale = useLocale()
  const { currency, card, clock } = organization
  const identity: DescriptionItem[] = [
    { term: t('slug'), value: <Copyable label={t('slug')} value={organization.slug} /> },
    { term: t('externalId'), value: organization.externalId ? <Copyable label={t('externalId')} value={organization.externalId} /> : t('none') },
    { term: t('payer'), value: organization.payerRef ? <Copyable label={t('payer')} value={organization.payerRef} /> : t('none') },
    { term: t('registered'), value: <DateTime at={organization.registeredAt} precision="minute" /> },
    ...(organization.closedAt ? [{ term: t('closedAt'), value: <DateTime at={organization.closedAt} precision="minute" /> }] : []),
    ...(clock
      ? [
          {
            term: t('clock'),
            value: (
              <span className="flex min-w-0 flex-col">
                <DateTime at={clock.now} precision="minute" />
                <Copyable label={t('clockId')} value={clock.id} />
              </span>
            ),
          },
        ]
      : []),
    ...Object.entries(organization.metadata).map(([term, value]) => ({ term, value })),
  ]
  const money: DescriptionItem[] = [
    { term: t('creditBalance'), value: <Money amount={organization.creditBalance} currency={currency} /> },
    { term: t('prepaidBalance'), value: <span className="figures">{formatExactMoney(organization.prepaidBalance, currency, locale)}</span> },
    { term: t('currency'), value: currency.toUpperCase() },
    { term: t('country'), value: organization.country ?? t('none') },
    { term: t('trustTier'), value: t('tier', { tier: String(organization.trustTier) }) },
    {
      term: t('card'),
      value: card ? t(card.refusedForGood ? 'cardRefused' : 'cardIs', { brand: brandName(card.brand), last4: card.last4, expires: card.expires }) : t('none'),
    },
    { term: t('members'), value: t('memberCount', { count: organization.memberCount }) },
  ]
  return (
    <Card title={t('facts')}>
      <div className="grid gap-x-10 @3xl:grid-cols-2">
        <div className="@container min-w-0">
          <DescriptionList items={identity} />
        </div>
        <div className="@container min-w-0">
          <DescriptionList items={money} />
        </div>
      </div>
    </Card>
  )
}
