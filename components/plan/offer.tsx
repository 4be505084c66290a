import clsx from 'clsx'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { paymentPath, planPath } from '@/components/layout/routes'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { formatDate } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import type { PlanOffer, PlanView } from '@/lib/billing/views/plan'
import { type Currency, formatMoney } from '@/lib/money'
import { wordRejection } from './refusals'
import { type PlanWords, wordCycle, wordEntitlement, wordIncluded, wordOverLimit, wordUnits } from './words'

type Props = {
  offer: PlanOffer
  view: PlanView
  org: string
  canChange: boolean
  isSuggested: boolean
  onChoose: (isTrial: boolean) => void
}

/** Its parts stand on the rows of the list, so that prices and buttons of all plans are each on one line. */
export function Offer(props: Props) {
  const { offer, view } = props
  const t = useTranslations('plan')
  const locale = useLocale()
  const isCurrent = offer.change === 'current'
  const isPending = isPendingOffer(props)
  return (
    <li
      className={clsx(
        'wrap-anywhere row-span-4 grid min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-subgrid gap-y-0 rounded-xl border bg-surface p-5',
        isCurrent ? 'border-accent' : 'border-line',
      )}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold text-base">{offer.name}</h3>
        {view.subscription && <Badge tone={isCurrent ? 'accent' : isPending ? 'info' : 'neutral'}>{isPending ? t('chosen') : t(offer.change)}</Badge>}
      </div>
      <Price offer={offer} view={view} />
      <Includes offer={offer} view={view} />
      <div className="mt-5 flex flex-col gap-2 self-end text-muted text-sm">
        {isCurrent ? (
          <Standing {...props} />
        ) : isPending ? (
          <p className="figures flex min-h-9 items-center">{t('beginsOn', { at: pendingDate(view, locale) })}</p>
        ) : (
          <Choice {...props} />
        )}
      </div>
    </li>
  )
}

function isPendingOffer({ offer, view }: Pick<Props, 'offer' | 'view'>): boolean {
  const pending = view.subscription?.pendingChange
  return pending?.kind === 'change' && pending.plan.id === offer.id && pending.interval === offer.interval
}

function pendingDate({ subscription }: PlanView, locale: string): string {
  return formatDate(subscription?.pendingChange?.at ?? subscription?.period.end ?? '', locale)
}

function Price({ offer, view }: Pick<Props, 'offer' | 'view'>) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const money = (amount: PlanOffer['price']) => formatMoney(amount, view.currency, locale)
  const cycle = wordCycle(t, view.cycle, offer.interval)
  const isByUse = !offer.isFree && offer.price === 0n
  const notes = [
    ...(offer.perMonth === null ? [] : [t('perMonth', { price: money(offer.perMonth) })]),
    ...(offer.seatTotal === null || view.seats === null ? [] : [t('seatTotal', { total: money(offer.seatTotal), seats: view.seats })]),
  ]
  return (
    <div className="figures mt-3">
      <p>
        <span className="font-semibold text-figure">{isByUse ? t('byUse') : money(offer.price)}</span>{' '}
        <span className="text-muted text-sm">{isByUse ? t('noFee') : offer.seatTotal === null ? cycle : t('aMember', { cycle })}</span>
      </p>
      {notes.length > 0 && <p className="text-muted text-sm">{notes.join(' · ')}</p>}
    </div>
  )
}

function Includes({ offer, view }: Pick<Props, 'offer' | 'view'>) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const words = { locale, currency: view.currency, interval: offer.interval }
  const notes = new Set(offer.included.map((meter) => wordOverLimit(t, meter, words)))
  return (
    <ul className="figures mt-3 flex flex-col gap-1 text-sm">
      {offer.included.map((meter) => (
        <li key={meter.meter}>{wordIncluded(t, meter, words)}</li>
      ))}
      {Object.entries(offer.entitlements).map((entitlement) => (
        <li key={entitlement[0]}>{wordEntitlement(t, entitlement, locale)}</li>
      ))}
      {[...notes].filter(Boolean).map((note) => (
        <li className="text-muted" key={note}>
          {note}
        </li>
      ))}
      {offer.seatTotal !== null && <li className="text-muted">{t('seatNote')}</li>}
      {offer.introduction && <li className="text-muted">{wordIntroduction(t, offer.introduction, locale)}</li>}
    </ul>
  )
}

function wordIntroduction(t: PlanWords, { days, included }: NonNullable<PlanOffer['introduction']>, locale: string): string {
  return t('introduction', { days, units: wordUnits(included, locale) })
}

/** The plan that is held: how long it goes on. */
function Standing({ view, offer }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { subscription } = view
  if (!subscription) return null
  const at = formatDate(subscription.cancelAt ?? subscription.period.end, locale)
  return (
    <>
      <p className="figures flex min-h-9 items-center">{t(subscription.cancelAt || subscription.pendingChange ? 'endsOn' : 'renewsOn', { at })}</p>
      {!offer.isOffered && <p>{t('notSoldAnyMore')}</p>}
    </>
  )
}

function Choice({ offer, view, org, canChange, isSuggested, onChoose }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { subscription } = view
  const unit = offer.included[0]?.unit ?? ''
  const reason = !canChange
    ? t('noRight')
    : subscription?.waiting
      ? t('refusal.change_in_progress')
      : offer.rejection
        ? wordRejection(t, offer.rejection, { plan: offer.name, unit, locale })
        : null
  const costs = subscription ? (offer.preview?.amountDue ?? 0n) > 0n : offer.price > 0n
  const needsCard = !reason && !view.hasPaymentMethod
  return (
    <>
      {offer.trialDays !== null &&
        (needsCard ? (
          <CardFirst isTrial offer={offer} org={org} view={view}>
            {t('addCardForTrial', { days: offer.trialDays })}
          </CardFirst>
        ) : (
          <Button className="w-full" onClick={() => onChoose(true)} reason={reason} variant={isSuggested ? 'primary' : 'secondary'}>
            {t('startTrial', { days: offer.trialDays })}
          </Button>
        ))}
      {needsCard && costs ? (
        <CardFirst offer={offer} org={org} view={view}>
          {t('addCardFirst', { plan: offer.name })}
        </CardFirst>
      ) : (
        (offer.trialDays === null || !reason) && (
          <Button
            className="w-full"
            onClick={() => onChoose(false)}
            reason={reason}
            variant={isSuggested && offer.trialDays === null ? 'primary' : offer.trialDays === null ? 'secondary' : 'ghost'}
          >
            {wordChoice(t, offer, view)}
          </Button>
        )
      )}
      {!reason && offer.preview && <Preview currency={view.currency} preview={offer.preview} />}
    </>
  )
}

/** What the press does: "Upgrade to Pro", "Choose Basic for the renewal", "Pay Basic by the year". */
function wordChoice(t: PlanWords, { id, name, interval, change, preview }: PlanOffer, { subscription }: PlanView): string {
  if (!subscription) return t('choose', { plan: name })
  if (preview?.effective === 'period_end') return t('chooseLater', { plan: name })
  if (subscription.plan.id === id) return t(interval === 'year' ? 'payByYear' : 'payByMonth', { plan: name })
  return t(change === 'downgrade' ? 'downgradeTo' : change === 'switch' ? 'switchTo' : 'upgradeTo', { plan: name })
}

type CardFirstProps = Pick<Props, 'offer' | 'view' | 'org'> & { isTrial?: boolean; children: string }

/** By way of the card page, and back to this plan's dialog. */
function CardFirst({ offer, view, org, isTrial = false, children }: CardFirstProps) {
  const back = `${planPath(org, view.product.id)}?choose=${offer.id}&by=${offer.interval}${isTrial ? '&trial=1' : ''}`.slice(org.length + 1)
  return (
    <LinkButton className="w-full" href={`${paymentPath(org)}?next=${encodeURIComponent(back)}` as Route}>
      {children}
    </LinkButton>
  )
}

type PreviewProps = { preview: NonNullable<PlanOffer['preview']>; currency: Currency }

/** What a press would lead to, before it is pressed. */
function Preview({ preview, currency }: PreviewProps) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { amountDue, creditIssued, effective, effectiveAt } = preview
  const words =
    effective === 'period_end'
      ? t('preview.later', { at: formatDate(effectiveAt, locale) })
      : amountDue > 0n
        ? t('preview.now', { amount: formatMoney(amountDue, currency, locale) })
        : creditIssued > 0n
          ? t('preview.credit', { amount: formatMoney(creditIssued, currency, locale) })
          : t('preview.nothing')
  return <p className="figures">{words}</p>
}
