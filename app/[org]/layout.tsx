import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signOutAction, signOutEverywhereAction } from '@/app/actions/account'
import { leaveVisitAction } from '@/app/actions/operator/visits'
import { AppShell } from '@/components/layout/app-shell'
import { QueryProvider } from '@/components/layout/query-provider'
import { VisitBar } from '@/components/layout/visit-bar'
import { ClientMessages } from '@/components/messages/client-messages'
import { Attention } from '@/components/overview/attention'
import { SandboxControls } from '@/components/sandbox/sandbox-controls'
import { getMemberships, readAs, requireViewer } from '@/lib/auth/session'
import { getAttention } from '@/lib/billing/views/attention'
import { listProducts } from '@/lib/billing/views/products'
import { getSandboxView } from '@/lib/billing/views/sandbox'
import { getBrand } from '@/lib/platform/brand'

type Props = { children: ReactNode; params: Promise<{ org: string }> }

/** The frame of an organization's pages: who is here, what needs attention, and the sandbox's clock where payments are simulated. */
export default async function OrganizationLayout({ children, params }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org)
  const { organization, portal, user, visit } = viewer
  const frame = await readAs(viewer, async (tx, id) => ({
    products: await listProducts(tx, id),
    attention: await getAttention(tx, id),
    sandbox: await getSandboxView(tx, id),
  }))
  const [memberships, t] = await Promise.all([visit ? [viewer] : getMemberships(), getTranslations('entrance.portal')])
  return (
    <QueryProvider>
      <AppShell
        back={portal?.returnUrl ? { href: portal.returnUrl, label: t('back', { place: getBrand().name }) } : null}
        banners={<Attention attention={frame.attention} canPay={viewer.can('payment:write')} canPlan={viewer.can('plan:write')} org={org} />}
        organization={organization}
        organizations={memberships.map((membership) => membership.organization)}
        products={frame.products.held}
        sandbox={
          visit ? (
            <VisitBar leave={leaveVisitAction} role={viewer.member.role} visit={visit} />
          ) : (
            frame.sandbox && (
              <ClientMessages namespaces={['sandbox']}>
                <SandboxControls canPay={viewer.can('payment:write')} org={org} view={frame.sandbox} />
              </ClientMessages>
            )
          )
        }
        signOut={visit ? leaveVisitAction : signOutAction}
        signOutEverywhere={visit || portal ? null : signOutEverywhereAction}
        user={{ name: user.name ?? user.email, email: user.email }}
      >
        {children}
      </AppShell>
    </QueryProvider>
  )
}
