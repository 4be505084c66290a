import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { Health } from '@/components/operator/health'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { paymentProvider } from '@/lib/payments/provider'
import { systemClock } from '@/lib/time'
import { getWorkerHealth } from '@/lib/worker/worker-health'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.health')
  return { title: t('title') }
}

const LOOPBACK = /^smtps?:\/\/(127\.|localhost)/

/** Whether what has to happen by itself does. */
export default async function HealthPage() {
  await requireOperator('/operator/health')
  const t = await getTranslations('desk.health')
  return (
    <PageShell description={t('description')} title={t('title')}>
      <SectionBoundary section={t('title')} skeleton={<CardSkeleton />}>
        <Now />
      </SectionBoundary>
    </PageShell>
  )
}

async function Now() {
  const health = await inEngine(getWorkerHealth)
  const smtp = process.env.SMTP_URL
  return (
    <Health
      health={health}
      mail={smtp ? (LOOPBACK.test(smtp) ? 'mailbox' : 'server') : null}
      now={systemClock.now().toString()}
      payments={paymentProvider(process.env).mode}
    />
  )
}
