import { useLocale, useTranslations } from 'next-intl'
import { Elsewhere } from '@/components/layout/elsewhere'
import { creditsPath, invoicePath, invoicesPath, paymentPath, planPath, spendingPath } from '@/components/layout/routes'
import { SupportLine } from '@/components/layout/support-line'
import { Disclosure } from '@/components/ui/disclosure'
import { formatCount } from '@/components/ui/format-count'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import type { AttentionItem } from '@/lib/billing/views/attention'
import { formatMoney } from '@/lib/money'

type Props = {
  org: string
  attention: readonly AttentionItem[]
  /** Who cannot act on it gets a quieter note that says who can. */
  canPay: boolean
  canPlan: boolean
}

/**
 * Banners: what needs somebody, with the one thing to do about it. Two are shown whole; of more, the first, and the others open from one line,
 * so that the page that one came for is not pushed off the screen.
 */
export function Attention({ org, attention, canPay, canPlan }: Props) {
  const word = useWords(org)
  const t = useTranslations('attention')
  const locale = useLocale()
  const [first, ...others] = attention
  const banner = (item: AttentionItem) => <Banner canPay={canPay} canPlan={canPlan} item={item} key={keyOf(item)} words={word(item)} />
  if (!first || others.length < 2) return attention.map(banner)
  const titles = new Intl.ListFormat(locale, { type: 'conjunction' }).format(others.map((item) => word(item).title))
  return (
    <>
      {banner(first)}
      <Disclosure
        className="rounded-lg border border-line bg-surface px-4"
        summary={
          <span className="line-clamp-2">
            <strong className="font-semibold">{t('more', { count: others.length })}</strong> <span className="text-muted">{titles}</span>
          </span>
        }
      >
        <div className="-ms-6.5 flex flex-col gap-2">{others.map(banner)}</div>
      </Disclosure>
    </>
  )
}

const keyOf = (item: AttentionItem) => [item.kind, 'product' in item && item.product, 'unit' in item && item.unit].filter(Boolean).join(' ')

function Banner({ item, words, canPay, canPlan }: { item: AttentionItem; words: Words; canPay: boolean; canPlan: boolean }) {
  const t = useTranslations('attention')
  const { tone, title, text, action, details } = words
  const isPayment = item.kind === 'payment_failed' || item.kind === 'payments_failed' || item.kind === 'automatic_failed'
  const may = isPayment ? canPay : canPlan
  const here = 'href' in action.target ? action.target.href : action.target.document
  const notice = (
    <Notice
      action={
        may && (
          <Elsewhere than={here}>
            <LinkButton {...action.target} size="sm" variant={tone === 'danger' ? 'primary' : 'secondary'}>
              {action.label}
            </LinkButton>
          </Elsewhere>
        )
      }
      title={title}
      tone={may ? tone : 'info'}
    >
      {text} {may ? details && <TextLink href={details.href}>{details.label}</TextLink> : t(isPayment ? 'whoCanPay' : 'whoCanPlan')}{' '}
      {tone === 'danger' && <SupportLine stuck />}
    </Notice>
  )
  // The plan's own page says when it ends, beside the button that undoes it.
  return item.kind === 'ends' || item.kind === 'trial_ends' ? <Elsewhere than={here}>{notice}</Elsewhere> : notice
}

type Target = { href: ReturnType<typeof planPath> } | { document: string }
type Words = {
  tone: 'danger' | 'warning' | 'info'
  title: string
  text: string
  action: { label: string; target: Target }
  details?: { href: ReturnType<typeof invoicePath>; label: string }
}

/** What each kind says, how loudly, and where it leads. */
function useWords(org: string): (item: AttentionItem) => Words {
  const t = useTranslations('attention')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const credits = (label: string) => ({ label, target: { href: creditsPath(org) } })
  const spending = (product: string) => ({ label: t('seeSpending'), target: { href: spendingPath(org, product) } })
  const plans = (product: string, label = t('seePlans')) => ({ label, target: { href: planPath(org, product) } })
  return (item) => {
    switch (item.kind) {
      case 'payment_failed': {
        const about = { number: item.number, amount: formatMoney(item.amount, item.currency, locale) }
        return {
          tone: 'danger',
          title: t('paymentFailedTitle'),
          text: item.nextTryAt
            ? t(item.stops ? 'paymentFailedStops' : 'paymentFailed', { ...about, at: formatDate(item.nextTryAt, locale) })
            : t('paymentFailedNoRetry', about),
          action: { label: t('updateCard'), target: { href: paymentPath(org) } },
          details: { href: invoicePath(org, item.invoice), label: t('seeInvoice') },
        }
      }
      case 'payments_failed': {
        const about = { count: item.count, amount: formatMoney(item.amount, item.currency, locale) }
        return {
          tone: 'danger',
          title: t('paymentsFailedTitle', about),
          text: item.nextTryAt
            ? t(item.stops ? 'paymentsFailedStops' : 'paymentsFailed', { ...about, at: formatDate(item.nextTryAt, locale) })
            : t('paymentsFailedNoRetry', about),
          action: { label: t('updateCard'), target: { href: paymentPath(org) } },
          details: { href: invoicesPath(org, { state: 'open' }), label: t('seeInvoices') },
        }
      }
      case 'confirm_payment':
        return {
          tone: 'warning',
          title: t('confirmTitle'),
          text: t('confirm', { product: item.product }),
          action: { label: t('confirmAction'), target: { document: item.url } },
        }
      case 'blocked': {
        const figures = {
          used: number(item.used),
          limit: number(item.limit ?? 0n),
          unit: item.unit,
          at: item.resetsAt ? formatInstant(item.resetsAt, locale) : '',
        }
        const isSetting = item.reason === 'hard_limit_reached' || item.reason === 'spending_cap_reached'
        return {
          tone: 'danger',
          title: t(`blockedTitle.${item.reason}`, { product: item.product }),
          text: t(`blocked.${item.reason}`, figures),
          action:
            item.reason === 'quota_exhausted'
              ? credits(t('addCredit'))
              : item.reason === 'subscription_unpaid'
                ? { label: t('seeInvoices'), target: { href: invoicesPath(org, { state: 'open' }) } }
                : isSetting
                  ? spending(item.productId)
                  : plans(item.productId),
        }
      }
      case 'recharge_off':
        return { tone: 'warning', title: t('rechargeTitle'), text: t('recharge'), action: credits(t('seeCredits')) }
      case 'automatic_failed':
        return {
          tone: 'warning',
          title: t('automaticTitle', { product: item.product }),
          text: t('automatic'),
          action: { label: t('updateCard'), target: { href: paymentPath(org) } },
        }
      case 'trial_ends':
        return {
          tone: 'info',
          title: t('trialTitle', { plan: item.plan, at: formatDate(item.at, locale) }),
          text: t('trial'),
          action: plans(item.productId, t('reactivate')),
        }
      case 'limit_near':
        return {
          tone: 'warning',
          title: t('nearTitle', { percent: item.percent, product: item.product }),
          text: t(item.blocks ? 'nearBlock' : 'nearOverage', { used: number(item.used), limit: number(item.limit), unit: item.unit }),
          action: plans(item.productId),
        }
      case 'ends':
        return {
          tone: 'info',
          title: t('endsTitle', { plan: item.plan, at: formatDate(item.at, locale) }),
          text: t('ends', { product: item.product }),
          action: plans(item.productId, t('reactivate')),
        }
    }
  }
}
