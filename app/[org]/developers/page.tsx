import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ApiKeys } from '@/components/developers/api-keys'
import { Endpoints } from '@/components/developers/endpoints'
import { ReferenceCard } from '@/components/developers/reference-card'
import { UsageByKey } from '@/components/developers/usage-by-key'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ClientMessages } from '@/components/messages/client-messages'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { BASE_PATH } from '@/lib/api/base-path'
import { listOrganizationKeys, type OrganizationKeyView } from '@/lib/auth/organization-keys'
import { publicUrl } from '@/lib/auth/public-url'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getUsageByKeys, type MeterKeysView } from '@/lib/billing/views/usage-by-key'
import { type EndpointView, getEndpoints } from '@/lib/webhooks/views'

type Props = { params: Promise<{ org: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('developers')
  return { title: t('title') }
}

/** Keys, webhook endpoints, usage by key and the API reference. Everybody sees the reference and the usage; the rest is for owners and admins (G84). */
export default async function DevelopersPage({ params }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org)
  const keys = viewer.can('keys:write') ? readAs(viewer, listOrganizationKeys) : Promise.resolve(null)
  const endpoints = viewer.can('keys:write') ? readAs(viewer, getEndpoints) : Promise.resolve(null)
  const used = readAs(viewer, getUsageByKeys)
  const t = await getTranslations('developers')
  return (
    <PageShell description={t('description')} title={t('title')}>
      <ClientMessages namespaces={['developers', 'usage']}>
        <SectionBoundary section={t('keys.title')} skeleton={<CardSkeleton />}>
          <Keys keys={keys} org={org} />
        </SectionBoundary>
        <SectionBoundary section={t('endpoints.title')} skeleton={<CardSkeleton />}>
          <Hooks endpoints={endpoints} org={org} />
        </SectionBoundary>
        <SectionBoundary section={t('usage.title')} skeleton={<CardSkeleton />}>
          <Usage org={org} used={used} />
        </SectionBoundary>
        <ReferenceCard base={`${publicUrl()}${BASE_PATH}`} organizationId={viewer.organization.id} />
      </ClientMessages>
    </PageShell>
  )
}

async function Keys({ org, keys }: { org: string; keys: Promise<OrganizationKeyView[] | null> }) {
  return <ApiKeys keys={await keys} org={org} />
}

async function Hooks({ org, endpoints }: { org: string; endpoints: Promise<EndpointView[] | null> }) {
  return <Endpoints endpoints={await endpoints} org={org} />
}

async function Usage({ org, used }: { org: string; used: Promise<MeterKeysView[]> }) {
  return <UsageByKey meters={await used} org={org} />
}
