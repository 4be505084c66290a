import { LayoutList } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { Badge, Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DescriptionList } from '@/components/ui/description-list'
import { Disclosure, Formula } from '@/components/ui/disclosure'
import { EmptyState } from '@/components/ui/empty-state'
import { formatCount } from '@/components/ui/format-count'
import { Money } from '@/components/ui/money'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import type { DeskProduct, Example } from '@/lib/billing/views/desk-catalog'
import type { DeskPlan } from '@/lib/billing/views/desk-plans'
import { languageOf } from '@/lib/locale'
import { exact, formatExactMoney, formatMoney, minor } from '@/lib/money'
import { figuresIn, wordSentence } from '@/lib/sentences/word-sentence'
import { deskProductPath } from './desk-routes'
import { wordPolicies } from './policy-words'

export function ProductTable({ products }: { products: readonly DeskProduct[] }) {
  const t = useTranslations('desk.catalog')
  return (
    <Card flush title={t('inForce')}>
      <DataTable
        caption={t('inForce')}
        columns={[
          { id: 'name', header: t('product'), rowHeader: true, cell: (row) => <TextLink href={deskProductPath(row.id)}>{row.name}</TextLink> },
          { id: 'id', header: t('id'), cell: (row) => <span className="font-mono text-[0.8125rem]">{row.id}</span> },
          { id: 'version', header: t('version'), align: 'end', cell: (row) => row.version },
          { id: 'plans', header: t('plans'), align: 'end', cell: (row) => row.plans.length },
          {
            id: 'warnings',
            header: t('warnings'),
            cell: (row) =>
              row.playable.length === 0 ? (
                <Status tone="ok">{t('noWarnings')}</Status>
              ) : (
                <Status tone="warning">{t('warningCount', { count: row.playable.length })}</Status>
              ),
          },
        ]}
        empty={
          <EmptyState icon={<LayoutList />} title={t('emptyTitle')}>
            {t('emptyBody')}
          </EmptyState>
        }
        inset
        rowKey={(row) => row.id}
        rows={products}
      />
    </Card>
  )
}

/** Where somebody gets far more than they pay for, with the figures; found by trying every pair of plans on every day. */
export function Warnings({ product }: { product: DeskProduct }) {
  const t = useTranslations('desk.catalog')
  const locale = useLocale()
  if (product.playable.length === 0) {
    return (
      <Notice title={t('cleanTitle')} tone="ok">
        {t('cleanBody')}
      </Notice>
    )
  }
  return (
    <div className="flex flex-col gap-2">
      {product.playable.map((one) => (
        <Notice key={one.kind} title={t(`playable.${one.kind}.title`)} tone="warning">
          {t(`playable.${one.kind}.body`, {
            from: one.from,
            to: one.to,
            day: String(one.day),
            units: formatCount(one.units, locale),
            unit: product.unit ?? '',
            cost: formatMoney(minor(one.cost < 0n ? -one.cost : one.cost), product.currency, locale),
            worth: formatMoney(one.worth, product.currency, locale),
          })}
        </Notice>
      ))}
    </div>
  )
}

export function Plans({ product }: { product: DeskProduct }) {
  const t = useTranslations('desk.catalog')
  const plans = useTranslations('desk.plans')
  const locale = useLocale()
  return (
    <Card flush title={t('plans')}>
      <DataTable
        caption={t('plans')}
        columns={[
          { id: 'name', header: plans('name'), rowHeader: true, cell: (plan) => plan.name },
          {
            id: 'included',
            header: plans('included'),
            cell: (plan) =>
              plan.included.map(({ unit, units }) => (units === null ? plans('unlimited', { unit }) : `${formatCount(units, locale)} ${unit}`)).join(', ') ||
              plans('noMeters'),
          },
          { id: 'above', header: t('aboveLimit'), cell: (plan) => <AboveLimit plan={plan} /> },
          { id: 'month', header: t('byMonth'), align: 'end', cell: (plan) => <Price plan={plan} interval="month" /> },
          { id: 'year', header: t('byYear'), align: 'end', cell: (plan) => <Price plan={plan} interval="year" /> },
        ]}
        inset
        rowKey={(plan) => plan.id}
        rows={product.plans}
      />
    </Card>
  )
}

function Price({ plan, interval }: { plan: DeskPlan; interval: 'month' | 'year' }) {
  const t = useTranslations('desk.catalog')
  const price = plan.prices[interval]
  if (price === undefined) return <span className="text-muted">{t('notSold')}</span>
  return (
    <span>
      <Money amount={price} currency={plan.currency} />
      {plan.perSeat && <span className="text-muted"> {t('aSeat')}</span>}
    </span>
  )
}

function AboveLimit({ plan }: { plan: DeskPlan }) {
  const t = useTranslations('desk.catalog')
  const locale = useLocale()
  const price = plan.unitPrice === null ? '' : formatExactMoney(exact(plan.unitPrice), plan.currency, locale)
  return t(`over.${plan.overLimit}`, { price })
}

export function Policies({ product }: { product: DeskProduct }) {
  const t = useTranslations('desk.catalog')
  const locale = useLocale()
  return (
    <Card title={t('policies')}>
      <DescriptionList items={wordPolicies(t, product, locale).map(({ term, words }) => ({ term, value: words }))} />
    </Card>
  )
}

export function Examples({ product }: { product: DeskProduct }) {
  const t = useTranslations('desk.catalog')
  return (
    <Card description={t(product.seats ? 'examplesSeats' : 'examplesHint')} title={t('examples')}>
      <div className="divide-y divide-line">
        {product.examples.map((example, index) => (
          <ExampleItem example={example} isFirst={index === 0} key={`${example.kind} ${example.from}`} product={product} />
        ))}
      </div>
    </Card>
  )
}

function ExampleItem({ example, product, isFirst }: { example: Example; product: DeskProduct; isFirst: boolean }) {
  const t = useTranslations('desk.catalog')
  const locale = useLocale()
  const { kind, from, to, day, days, refusal, total, lines, left } = example
  const number = (value: bigint) => formatCount(value, locale)
  const money = (amount: bigint) => formatMoney(minor(amount), product.currency, locale)
  const facts = { from, to: to ?? '', day: String(day), days: String(days), units: number(example.units), unit: product.unit ?? '' }
  const aside = refusal ? (
    <Badge tone="warning">{t('refused')}</Badge>
  ) : total < 0n ? (
    t(kind === 'refund' || kind === 'refund_used' ? 'givenBack' : 'credited', { amount: money(-total) })
  ) : (
    money(total)
  )
  return (
    <Disclosure aside={aside} open={isFirst} summary={t(`example.${kind}`, facts)}>
      <div className="flex max-w-prose flex-col gap-3">
        {refusal && <p>{t('customerReads', { words: refusal })}</p>}
        {!refusal && (
          <p>
            {t(`happens.${kind}${kind === 'cancel' && to === null ? '_ends' : ''}` as 'happens.upgrade', {
              ...facts,
              when: example.when,
              amount: money(total < 0n ? -total : total),
            })}
          </p>
        )}
        {lines.map((line) => (
          <div className="flex flex-col gap-1" key={line.formula}>
            <span className="flex flex-wrap justify-between gap-x-4">
              <span>{wordSentence(line.description, { language: languageOf(locale), currency: product.currency })}</span>
              <span className="figures">{money(line.amount)}</span>
            </span>
            <Formula>{figuresIn(line.formula, languageOf(locale))}</Formula>
          </div>
        ))}
        {left !== null && !refusal && <p className="text-muted">{t('leftAfter', { left: number(left), unit: product.unit ?? '' })}</p>}
      </div>
    </Disclosure>
  )
}
