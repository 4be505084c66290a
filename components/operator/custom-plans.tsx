import { Layers } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { createCustomPlanAction } from '@/app/actions/operator/plans'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { formatCount } from '@/components/ui/format-count'
import { amountText } from '@/components/ui/read-amount'
import type { DeskOrganization } from '@/lib/billing/views/desk-organization'
import type { DeskPlan, DeskPlans } from '@/lib/billing/views/desk-plans'
import { formatMoney } from '@/lib/money'
import { ActionForm, type DeskField } from './action-form'
import { useAdminOnly } from './admin-only'
import { Choice } from './choice'
import { deskOrganizationPath } from './desk-routes'

export function OwnPlans({ plans }: { plans: DeskPlans['own'] }) {
  const t = useTranslations('desk.plans')
  return (
    <Card flush title={t('own')}>
      <DataTable
        caption={t('own')}
        columns={[
          { id: 'name', header: t('name'), rowHeader: true, cell: (plan) => plan.name },
          { id: 'product', header: t('basedOn'), cell: (plan) => t('base', { product: plan.product.name, plan: plan.basedOn ?? '' }) },
          { id: 'included', header: t('included'), cell: (plan) => <Included plan={plan} /> },
          { id: 'price', header: t('price'), align: 'end', aside: true, cell: (plan) => <Prices plan={plan} /> },
          { id: 'id', header: t('id'), cell: (plan) => <Copyable label={t('id')} value={plan.id} /> },
        ]}
        empty={
          <EmptyState icon={<Layers />} title={t('emptyTitle')}>
            {t('emptyBody')}
          </EmptyState>
        }
        inset
        rowKey={(plan) => plan.id}
        rows={plans}
      />
    </Card>
  )
}

function Prices({ plan }: { plan: DeskPlan }) {
  const t = useTranslations('desk.plans')
  const locale = useLocale()
  const words = (['month', 'year'] as const).flatMap((interval) => {
    const price = plan.prices[interval]
    return price === undefined ? [] : [t(plan.perSeat ? `perSeat.${interval}` : `per.${interval}`, { price: formatMoney(price, plan.currency, locale) })]
  })
  return words.join(', ')
}

function Included({ plan }: { plan: DeskPlan }) {
  const t = useTranslations('desk.plans')
  const locale = useLocale()
  const words = plan.included.map(({ unit, units }) => (units === null ? t('unlimited', { unit }) : `${formatCount(units, locale)} ${unit}`))
  return words.length > 0 ? words.join(', ') : <span className="text-muted">{t('noMeters')}</span>
}

const keyOf = (plan: DeskPlan) => `${plan.product.id}:${plan.id}`

type Props = { organization: DeskOrganization; bases: DeskPlans['bases']; base: DeskPlan | null; isAdmin: boolean }

/** First what it is based on, by the browser's own form; then what is different about it. */
export function NewPlan({ organization, bases, base, isAdmin }: Props) {
  const t = useTranslations('desk.plans')
  const reason = useAdminOnly({ isAdmin, isClosed: organization.closedAt !== null })
  return (
    <Card description={t('newHint')} title={t('new')}>
      <form action={deskOrganizationPath(organization.id, 'plans')} className="flex flex-wrap items-end gap-2" method="get">
        <Field className="min-w-0 flex-1 basis-56" label={t('basedOn')}>
          {(control) => (
            <Choice
              control={control}
              name="base"
              options={bases.map((plan) => ({ value: keyOf(plan), label: t('base', { product: plan.product.name, plan: plan.name }) }))}
              value={base ? keyOf(base) : undefined}
            />
          )}
        </Field>
        <Button type="submit">{t('choose')}</Button>
      </form>
      {base && <PlanForm base={base} key={keyOf(base)} organization={organization} reason={reason} />}
    </Card>
  )
}

function PlanForm({ base, organization, reason }: { base: DeskPlan; organization: DeskOrganization; reason: string | null }) {
  const t = useTranslations('desk.plans')
  const form = useTranslations('deskForm')
  const locale = useLocale()
  const suffix = organization.currency.toUpperCase()
  const priced = (interval: 'month' | 'year'): DeskField => {
    const price = base.prices[interval]
    const shared = {
      kind: 'amount',
      name: interval,
      label: t(base.perSeat ? `seatPrice.${interval}` : `planPrice.${interval}`),
      optional: true,
      suffix,
    } as const
    if (price === undefined) return { ...shared, hint: t('notSold') }
    // An amount of another currency would be a wrong one here.
    return base.currency === organization.currency
      ? { ...shared, hint: t('emptyNotSold'), value: amountText(price, base.currency, locale) }
      : { ...shared, hint: t('otherCurrency', { price: formatMoney(price, base.currency, locale) }) }
  }
  const hasUnitPrice = base.overLimit === 'overage' || base.overLimit === 'pay_as_you_go' || base.overLimit === 'blocks'
  return (
    <ActionForm
      about={{ organizationId: organization.id, product: base.product.id, basedOn: base.id, ...(hasUnitPrice && { overLimit: base.overLimit }) }}
      action={createCustomPlanAction}
      done={t('done')}
      fields={[
        { kind: 'text', name: 'name', label: t('name'), hint: t('nameHint', { plan: base.name, organization: organization.name }), maxLength: 80 },
        priced('month'),
        priced('year'),
        ...base.included.map(
          ({ meter, unit, units }): DeskField => ({
            kind: 'amount',
            name: `included_${meter}`,
            label: t('includedUnits', { unit }),
            hint: units === null ? t('unlimitedBase') : t('asBase', { value: formatCount(units, locale) }),
            optional: true,
            suffix: '',
          }),
        ),
        ...(hasUnitPrice
          ? [
              {
                kind: 'amount',
                name: 'unitPrice',
                label: t(`unitPrice.${base.overLimit as 'overage'}`),
                hint: t('asBase', { value: base.unitPrice ?? '' }),
                optional: true,
                suffix,
              } as const,
            ]
          : []),
        { kind: 'area', name: 'reason', label: form('reason'), hint: form('reasonHint') },
      ]}
      reason={reason}
      submit={t('submit')}
      wide
    />
  )
}
