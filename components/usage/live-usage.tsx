'use client'

import { useQuery } from '@tanstack/react-query'
import { Download, RefreshCw } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { DailyUsageChart } from '@/components/charts/daily-usage-chart'
import { planPath, usageExportPath, usageLivePath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { parseBigintJson } from '@/lib/bigint-json'
import type { MeterDetailView, UsagePageView } from '@/lib/billing/views/usage-page'
import { chartPointsOf } from './chart-points'
import { Forecast } from './forecast'
import { capitalized, TopKeys } from './top-keys'
import { UsageCard } from './usage-card'

const REFRESHED_EVERY_MS = 30_000

type Props = { org: string /** As the server read it with the page. */; initial: UsagePageView }

/** One period's usage. While it runs and the page is open it is read again and again; a closed period when somebody asks. */
export function LiveUsage({ org, initial }: Props) {
  const t = useTranslations('usage')
  const { product, period, isRunning } = initial.card
  const query = useQuery({
    queryKey: ['usage', org, product.id, period.start],
    queryFn: ({ signal }) => fetchUsage(usageLivePath(org, product.id, isRunning ? null : period.start), signal),
    initialData: initial,
    refetchInterval: isRunning && REFRESHED_EVERY_MS,
  })
  // A page that was drawn anew, after a change of plan say, may know more than the last answer.
  const { card, meters } = query.data.readAt > initial.readAt ? query.data : initial
  return (
    <div className="flex flex-col gap-6">
      <AsOf at={card.asOf} hasFailed={query.isError} onRefresh={async () => (await query.refetch()).isSuccess} />
      {meters.map((detail) => {
        const meter = card.meters.find((one) => one.meter === detail.meter)
        const unit = capitalized(detail.unit)
        return (
          <div className="flex flex-col gap-6" key={detail.meter}>
            <div className={card.isRunning ? 'grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]' : 'grid gap-6'}>
              <UsageCard
                actions={
                  card.isRunning && (
                    <LinkButton href={planPath(org, product.id)} size="sm">
                      {t('seePlans')}
                    </LinkButton>
                  )
                }
                card={meter ? { ...card, meters: [meter] } : card}
                title={meters.length > 1 ? unit : t('card')}
              />
              {card.isRunning && meter && <Forecast card={card} detail={detail} meter={meter} />}
            </div>
            <UsageByDay detail={detail} org={org} period={card.period.start} product={product.id} />
            <Card
              actions={
                <CsvLink
                  href={usageExportPath(org, product.id, { of: 'keys', meter: detail.meter, period: card.period.start })}
                  label={t('downloadKeysLabel', { unit: detail.unit })}
                />
              }
              description={t('byKeyHint')}
              flush
              title={t('byKey', { unit })}
            >
              <TopKeys keys={detail.keys} unit={detail.unit} />
            </Card>
          </div>
        )
      })}
    </div>
  )
}

async function fetchUsage(path: string, signal: AbortSignal): Promise<UsagePageView> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`usage was answered with ${response.status}`)
  return parseBigintJson(await response.text()) as UsagePageView
}

function UsageByDay({ org, product, period, detail }: { org: string; product: string; period: string; detail: MeterDetailView }) {
  const t = useTranslations('usage')
  const words = useTranslations('charts')
  const points = chartPointsOf(detail.chart, { noKey: words('noKey'), rest: words('rest') })
  return (
    <Card
      actions={
        <CsvLink href={usageExportPath(org, product, { of: 'days', meter: detail.meter, period })} label={t('downloadDaysLabel', { unit: detail.unit })} />
      }
      title={t('byDay', { unit: capitalized(detail.unit) })}
    >
      <DailyUsageChart {...points} unit={detail.unit} />
    </Card>
  )
}

function CsvLink({ href, label }: { href: string; label: string }) {
  const t = useTranslations('usage')
  return (
    <LinkButton document={href} download icon={<Download aria-hidden />} size="sm">
      {t('downloadDays')}
      <span className="sr-only">: {label}</span>
    </LinkButton>
  )
}

type AsOfProps = { at: string; hasFailed: boolean; onRefresh: () => Promise<boolean> }

/** What moment the figures are of, and a way to have those of now. Only what somebody asked for is spoken. */
function AsOf({ at, hasFailed, onRefresh }: AsOfProps) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const [asked, setAsked] = useState<'no' | 'pending' | 'done'>('no')
  const moment = formatInstant(at, locale)

  async function refresh() {
    setAsked('pending')
    setAsked((await onRefresh()) ? 'done' : 'no')
  }

  return (
    <div className="-mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
      <span className="figures">{hasFailed ? <span className="text-danger-ink">{t('refreshFailed', { at: moment })}</span> : t('asOf', { at: moment })}</span>
      <Button icon={<RefreshCw aria-hidden />} onClick={() => void refresh()} pending={asked === 'pending'} size="sm" variant="ghost">
        <span className="max-sm:sr-only">{hasFailed ? t('tryAgain') : t('refresh')}</span>
      </Button>
      <span role="status">{asked === 'done' && !hasFailed && t('refreshed')}</span>
    </div>
  )
}
