'use client'

import { useMutation } from '@tanstack/react-query'
import { FastForward, Mail } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { advanceClockAction, makeUsageAction } from '@/app/actions/sandbox'
import { SandboxBar } from '@/components/layout/sandbox-bar'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { SandboxView } from '@/lib/billing/views/sandbox'

const DAY_MILLISECONDS = 86_400_000
const EXTRA_UNITS = 10_000
const WORDED = ['clock_advancing', 'clock_backwards', 'payments_unsettled', 'already_used'] as const

type Props = { org: string; view: SandboxView }

/** Walks simulated time and makes usage, so that a visitor sees a billing year in two minutes. */
export function SandboxControls({ org, view }: Props) {
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

  const failed = [advance, use].find((write) => write.isError || write.data?.ok === false)
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
        {now &&
          view.subscriptions
            .filter((one) => one.meters.length > 0)
            .map((one) => (
              <Group key={one.id} label={t('usage', { product: one.product })}>
                {[80, 100].map((percent) => (
                  <Press key={percent} onPress={() => use.mutate({ subscriptionId: one.id, upTo: { percent } })} pending={use.isPending}>
                    {t('percent', { percent })}
                  </Press>
                ))}
                <Press onPress={() => use.mutate({ subscriptionId: one.id, upTo: { units: EXTRA_UNITS } })} pending={use.isPending}>
                  {t('units', { units: new Intl.NumberFormat(locale).format(EXTRA_UNITS), unit: one.meters[0]?.unit ?? '' })}
                </Press>
              </Group>
            ))}
        <LinkButton document="/sandbox/mail" icon={<Mail aria-hidden />} size="sm">
          {t('mailbox')}
        </LinkButton>
      </div>
    </SandboxBar>
  )
}

/** Whole days on from an instant in ISO 8601; the clock is moved on the server, in milliseconds, without any zone. */
function daysAfter(now: string, days: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: the browser has no Temporal, and this only names an instant.
  return new Date(Date.parse(now) + days * DAY_MILLISECONDS).toISOString()
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset aria-label={label} className="flex min-w-0 items-center gap-2 sm:flex-wrap">
      <span aria-hidden className="whitespace-nowrap text-muted text-sm">
        {label}
      </span>
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
