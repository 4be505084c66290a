import { RefreshCw } from 'lucide-react'
import type { Route } from 'next'
import { DailyUsageChart } from '@/components/charts/daily-usage-chart'
import { AppShell } from '@/components/layout/app-shell'
import { PageShell } from '@/components/layout/page-shell'
import { SandboxBar } from '@/components/layout/sandbox-bar'
import { ClientMessages } from '@/components/messages/client-messages'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { UsageCard } from '../gallery'
import { requireOpenGallery } from '../open'
import { DAYS, EMPTY_DAYS, SERIES } from '../samples'

async function stay() {
  'use server'
}

/** The frame with something like a page in it. */
export default async function GalleryShellPage() {
  await requireOpenGallery()
  return (
    <AppShell
      banners={
        <Notice action={<Button size="sm">Update payment method</Button>} title="Your last payment failed" tone="danger">
          Pro, $30.00, was declined on May 6. Service goes on until May 13, 00:00 UTC.
        </Notice>
      }
      organization={{ slug: 'gallery', name: 'Analytical Engines Ltd.' }}
      organizations={[
        { slug: 'gallery', name: 'Analytical Engines Ltd.' },
        { slug: 'difference', name: 'Difference & Sons' },
      ]}
      products={[
        { id: 'api-calls', name: 'API calls', isMetered: true },
        { id: 'team-seats', name: 'Team seats', isMetered: false },
      ]}
      sandbox={
        <SandboxBar summary="May 19, 2026, 14:30 UTC">
          <div className="flex flex-wrap gap-2">
            <Button size="sm">+1 day</Button>
            <Button size="sm">To the renewal</Button>
            <Button size="sm">Use to 80%</Button>
            <Button size="sm">Use to 100%</Button>
          </div>
        </SandboxBar>
      }
      signOut={stay}
      signOutEverywhere={stay}
      user={{ name: 'Ada Lovelace', email: 'ada@example.com' }}
    >
      <PageShell
        actions={
          <>
            <Button icon={<RefreshCw aria-hidden />} variant="ghost">
              As of 14:30 UTC
            </Button>
            <LinkButton document="/gallery">Download CSV</LinkButton>
          </>
        }
        description="Period May 1 – 31, 2026 on Basic"
        title="Usage"
      >
        <ClientMessages namespaces={['charts']}>
          <Card title="Calls by day">
            <DailyUsageChart days={DAYS} limit={{ perPeriod: 30_000, perDay: 1000 }} series={SERIES} unit="Calls" />
          </Card>
          <div className="grid items-start gap-4 md:grid-cols-2">
            <UsageCard />
            <Card actions={<LinkButton href={'/gallery' as Route}>Gallery</LinkButton>} title="Nothing used">
              <DailyUsageChart days={EMPTY_DAYS} limit={{ perPeriod: 1000, perDay: 33 }} series={[]} unit="Calls" />
            </Card>
          </div>
        </ClientMessages>
      </PageShell>
    </AppShell>
  )
}
