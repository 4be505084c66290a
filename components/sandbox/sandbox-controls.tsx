'use client'

import { useMutation } from '@tanstack/react-query'
import { FastForward, Mail } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type ReactNode, useId, useState } from 'react'
import { advanceClockAction, makeUsageAction, putTestCardAction } from '@/app/actions/sandbox'
import { SandboxBar } from '@/components/layout/sandbox-bar'
import { Button } from '@/components/ui/button'
import { formatCount } from '@/components/ui/format-count'
import { formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { SandboxView } from '@/lib/billing/views/sandbox'

const DAY_MILLISECONDS = 86_400_000
/** One more press above a limit, and where there is none: units of a token cost next to nothing. */
const EXTRA_UNITS = { limited: 10_000, unlimited: 1_000_000 } as const
const WORDED = ['clock_advancing', 'clock_backwards', 'payments_unsettled', 'already_used'] as const

type Props = { org: string; view: SandboxView /** May change the card. */; canPay: boolean }

const CARDS = ['works', 'declined', 'confirms'] as const

/** Walks simulated time and makes usage, so that a visitor sees a billing year in two minutes. */
export function SandboxControls({ org, view, canPay }: Props) {
  const t = useTranslations('sandbox')
  const locale = useLocale()
  const router = useRouter()

  const advance = useMutation({
    mutationFn: (to: string) => advanceClockAction(org, { to }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('moved', { at: formatInstant(result.value.now, locale) }))
      router.refresh()
    },
  })
  const use = useMutation({
    mutationFn: (input: Parameters<typeof makeUsageAction>[1]) => makeUsageAction(org, input),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('made'))
      router.refresh()
    },
  })

  const putCard = useMutation({
    mutationFn: (card: (typeof CARDS)[number]) => putTestCardAction(org, { requestId: crypto.randomUUID(), card }),
    onSuccess: (result, card) => {
      if (result.ok) void showToast(t(`cards.${card}Done`))
      router.refresh()
    },
  })

  const failed = [advance, use, putCard].find((write) => write.isError || write.data?.ok === false)
  const code = failed?.data?.ok === false ? failed.data.error.code : null
  const { now } = view
  const nextRenewal = view.subscriptions.map((one) => one.periodEnd).sort()[0]
  return (
    <SandboxBar summary={now ? t('clock', { at: formatInstant(now, locale) }) : t('noClock')}>
      {failed && (
        <div className="mb-3">
          <Notice live="alert" tone="warning">
            {t(`refusal.${WORDED.find((known) => known === code) ?? 'other'}`)}
          </Notice>
        </div>
      )}
      <div className="flex items-center gap-x-6 gap-y-3 max-sm:w-max sm:flex-wrap sm:gap-x-8">
        {now && (
          <Group label={t('forward')}>
            <Press onPress={() => advance.mutate(daysAfter(now, 1))} pending={advance.isPending}>
              {t('day')}
            </Press>
            <Press onPress={() => advance.mutate(daysAfter(now, 10))} pending={advance.isPending}>
              {t('tenDays')}
            </Press>
            {nextRenewal && (
              <Button icon={<FastForward aria-hidden />} onClick={() => advance.mutate(nextRenewal)} pending={advance.isPending} size="sm">
                {t('toRenewal')}
              </Button>
            )}
          </Group>
        )}
        {now && <UseProduct isPending={use.isPending} onUse={use.mutate} view={view} />}
        {canPay && (
          <Group label={t('card')}>
            {CARDS.map((card) => (
              <Press key={card} onPress={() => putCard.mutate(card)} pending={putCard.isPending}>
                {t(`cards.${card}`)}
              </Press>
            ))}
          </Group>
        )}
        <LinkButton document="/sandbox/mail" icon={<Mail aria-hidden />} size="sm">
          {t('mailbox')}
        </LinkButton>
      </div>
    </SandboxBar>
  )
}

type Subscription = SandboxView['subscriptions'][number]
type UseProps = { view: SandboxView; isPending: boolean; onUse: (input: Parameters<typeof makeUsageAction>[1]) => void }

/** Usage of the product that the page is about; where it is about none, of the one that is chosen. */
function UseProduct({ view, isPending, onUse }: UseProps) {
  const t = useTranslations('sandbox')
  const pathname = usePathname()
  const metered = view.subscriptions.filter((one) => one.meters.length > 0)
  const [chosen, setChosen] = useState<string | null>(null)
  const ofPage = metered.find((one) => pathname.split('/')[2] === one.product.id)
  const one = ofPage ?? metered.find(({ id }) => id === chosen) ?? metered[0]
  if (!one) return null
  return (
    <Group
      label={t('usage', { product: one.product.name })}
      named={ofPage || metered.length === 1 ? null : <Chooser among={metered} onChange={setChosen} value={one.id} />}
    >
      <UseButtons isPending={isPending} onUse={onUse} subscription={one} />
    </Group>
  )
}

function UseButtons({ subscription: { id, meters }, isPending, onUse }: { subscription: Subscription } & Pick<UseProps, 'isPending' | 'onUse'>) {
  const t = useTranslations('sandbox')
  const locale = useLocale()
  const isLimited = meters.some((meter) => meter.isLimited)
  const units = EXTRA_UNITS[isLimited ? 'limited' : 'unlimited']
  return (
    <>
      {isLimited &&
        [80, 100].map((percent) => (
          <Press key={percent} onPress={() => onUse({ subscriptionId: id, upTo: { percent } })} pending={isPending}>
            {t('percent', { percent })}
          </Press>
        ))}
      <Press onPress={() => onUse({ subscriptionId: id, upTo: { units } })} pending={isPending}>
        {meters.length > 1
          ? t('unitsOfEach', { units: formatCount(units, locale) })
          : t('units', { units: formatCount(units, locale), unit: meters[0]?.unit ?? '' })}
      </Press>
    </>
  )
}

function Chooser({ among, value, onChange }: { among: readonly Subscription[]; value: string; onChange: (id: string) => void }) {
  const t = useTranslations('sandbox')
  const id = useId()
  return (
    <>
      <label className="whitespace-nowrap text-muted text-sm" htmlFor={id}>
        {t('use')}
      </label>
      <select
        className="min-h-8 rounded-md border border-line-strong bg-surface px-2 text-sm"
        id={id}
        onChange={(event) => onChange(event.target.value)}
        value={value}
      >
        {among.map(({ id: subscription, product }) => (
          <option key={subscription} value={subscription}>
            {product.name}
          </option>
        ))}
      </select>
    </>
  )
}

/** Whole days on from an instant in ISO 8601; the clock is moved on the server, in milliseconds, without any zone. */
function daysAfter(now: string, days: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: the browser has no Temporal, and this only names an instant.
  return new Date(Date.parse(now) + days * DAY_MILLISECONDS).toISOString()
}

function Group({ label, named = null, children }: { label: string; named?: ReactNode; children: ReactNode }) {
  return (
    <fieldset aria-label={label} className="flex min-w-0 items-center gap-2 sm:flex-wrap">
      {named ?? (
        <span aria-hidden className="whitespace-nowrap text-muted text-sm">
          {label}
        </span>
      )}
      {children}
    </fieldset>
  )
}

function Press({ onPress, pending, children }: { onPress: () => void; pending: boolean; children: ReactNode }) {
  return (
    <Button onClick={onPress} pending={pending} size="sm">
      {children}
    </Button>
  )
}
