import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { invoicePath, paymentPath, planPath } from '@/components/layout/routes'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import type { AttentionItem } from '@/lib/billing/views/attention'
import { formatMoney } from '@/lib/money'

type Props = {
  org: string
  attention: readonly AttentionItem[] /** Who cannot act on it gets a quieter note that says who can. */
  canPay: boolean
  canPlan: boolean
}

/** Banners: what needs somebody, with the one thing to do about it. */
export function Attention({ org, attention, canPay, canPlan }: Props) {
  return attention.map((item) => <Item canPay={canPay} canPlan={canPlan} item={item} key={keyOf(item)} org={org} />)
}

function keyOf(item: AttentionItem): string {
  return item.kind === 'payment_failed' ? item.invoice : `${item.kind} ${item.product}`
}

function Item({ item, org, canPay, canPlan }: Omit<Props, 'attention'> & { item: AttentionItem }) {
  const t = useTranslations('attention')
  const locale = useLocale()
  const number = (value: bigint) => new Intl.NumberFormat(locale).format(value)
  switch (item.kind) {
    case 'payment_failed': {
      const about = { number: item.number, amount: formatMoney(item.amount, item.currency, locale) }
      const text = item.nextTryAt ? t('paymentFailed', { ...about, at: formatDate(item.nextTryAt, locale) }) : t('paymentFailedNoRetry', about)
      return (
        <Banner
          action={
            canPay && (
              <LinkButton href={paymentPath(org)} size="sm">
                {t('updateCard')}
              </LinkButton>
            )
          }
          may={canPay}
          title={t('paymentFailedTitle')}
          tone="danger"
          who={t('whoCanPay')}
        >
          {text}{' '}
          {canPay && (
            <LinkToInvoice invoice={item.invoice} org={org}>
              {t('seeInvoice')}
            </LinkToInvoice>
          )}
        </Banner>
      )
    }
    case 'confirm_payment':
      return (
        <Banner
          action={
            canPlan && (
              <LinkButton document={item.url} size="sm">
                {t('confirmAction')}
              </LinkButton>
            )
          }
          may={canPlan}
          title={t('confirmTitle')}
          tone="warning"
          who={t('whoCanPlan')}
        >
          {t('confirm', { product: item.product })}
        </Banner>
      )
    case 'limit_reached':
      return (
        <Banner
          action={
            canPlan && (
              <PlanLink org={org} product={item.productId}>
                {t('seePlans')}
              </PlanLink>
            )
          }
          may={canPlan}
          title={t('limitTitle', { product: item.product })}
          tone="danger"
          who={t('whoCanPlan')}
        >
          {t('limit', { used: number(item.used), limit: number(item.limit), unit: item.unit, at: formatInstant(item.resetsAt, locale) })}
        </Banner>
      )
    case 'limit_near':
      return (
        <Banner
          action={
            canPlan && (
              <PlanLink org={org} product={item.productId}>
                {t('seePlans')}
              </PlanLink>
            )
          }
          may={canPlan}
          title={t('nearTitle', { percent: item.percent, product: item.product })}
          tone="warning"
          who={t('whoCanPlan')}
        >
          {t(item.blocks ? 'nearBlock' : 'nearOverage', { used: number(item.used), limit: number(item.limit), unit: item.unit })}
        </Banner>
      )
    case 'ends':
      return (
        <Banner
          action={
            canPlan && (
              <PlanLink org={org} product={item.productId}>
                {t('reactivate')}
              </PlanLink>
            )
          }
          may={canPlan}
          title={t('endsTitle', { plan: item.plan, at: formatDate(item.at, locale) })}
          tone="info"
          who={t('whoCanPlan')}
        >
          {t('ends', { product: item.product })}
        </Banner>
      )
  }
}

type BannerProps = { tone: 'danger' | 'warning' | 'info'; title: string; children: ReactNode; action: ReactNode; may: boolean; who: string }

function Banner({ tone, title, children, action, may, who }: BannerProps) {
  return (
    <Notice action={action || undefined} title={title} tone={may ? tone : 'info'}>
      {children} {!may && who}
    </Notice>
  )
}

function PlanLink({ org, product, children }: { org: string; product: string; children: ReactNode }) {
  return (
    <LinkButton href={planPath(org, product)} size="sm">
      {children}
    </LinkButton>
  )
}

function LinkToInvoice({ org, invoice, children }: { org: string; invoice: string; children: ReactNode }) {
  return <TextLink href={invoicePath(org, invoice)}>{children}</TextLink>
}
