import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { BackLink } from './back-link'
import type { OrganizationLink, ProductLink } from './navigation'
import { NavigationLinks } from './navigation-links'
import { NavigationToggle } from './navigation-toggle'
import { OfflineNotice } from './offline-notice'
import { OrganizationSwitcher } from './organization-switcher'
import { Place } from './place'
import { ProductSwitcher } from './product-switcher'
import { settingsPath } from './routes'
import { SkipLink } from './skip-link'
import { SupportLine } from './support-line'
import { type ShellUser, UserMenu } from './user-menu'
import { Wordmark } from './wordmark'

type Props = {
  user: ShellUser
  organization: OrganizationLink
  /** All that the user belongs to, the current one among them. */
  organizations: readonly OrganizationLink[]
  /** Products with a live subscription. */
  products: readonly ProductLink[]
  /** A server action. */
  signOut: () => Promise<void>
  /** Likewise: on every device. Null where the session is nobody's own. */
  signOutEverywhere: (() => Promise<void>) | null
  /** To the operator's product, for whom it has sent over. */
  back?: { href: string; label: string } | null | undefined
  /** What needs attention wherever one is: a failed payment, a scheduled end. `Notice`s. */
  banners?: ReactNode
  /** A `SandboxBar`, where payments are simulated. */
  sandbox?: ReactNode
  children: ReactNode
}

/** The frame of every page of an organization. */
export function AppShell({ user, organization, organizations, products, signOut, signOutEverywhere, back, banners, sandbox, children }: Props) {
  const t = useTranslations('shell')
  return (
    <div className="page-root lg:grid lg:grid-cols-[16rem_minmax(0,1fr)] print:block">
      <SkipLink />
      <aside className="print:hidden sticky top-0 hidden h-dvh flex-col gap-5 overflow-y-auto border-line border-e p-3 lg:flex">
        <div className="flex min-h-8 flex-col justify-center gap-3 px-2">
          <Wordmark />
          {back && <BackLink {...back} />}
        </div>
        <div className="flex flex-col gap-2">
          <OrganizationSwitcher current={organization} organizations={organizations} />
          <ProductSwitcher org={organization.slug} products={products} />
        </div>
        <NavigationLinks org={organization.slug} products={products} />
      </aside>
      <div className="flex min-h-dvh min-w-0 flex-col">
        {back && (
          <div className="border-line border-b px-4 py-2 sm:px-6 lg:hidden print:hidden">
            <BackLink {...back} />
          </div>
        )}
        <header className="sticky top-0 z-20 flex print:hidden h-14 shrink-0 items-center gap-2 border-line border-b bg-canvas px-3 sm:px-6 lg:px-8">
          <div className="lg:hidden">
            <NavigationToggle organization={organization} organizations={organizations} products={products} />
          </div>
          <div className="min-w-0 flex-1">
            <Place organization={organization} products={products} />
          </div>
          <UserMenu settings={settingsPath(organization.slug)} signOut={signOut} signOutEverywhere={signOutEverywhere} user={user} />
        </header>
        <OfflineNotice />
        {banners && (
          <section aria-label={t('attention')} className="mx-auto flex w-full max-w-[76rem] flex-col gap-2 px-4 pt-4 empty:hidden sm:px-6 lg:px-8 print:hidden">
            {banners}
          </section>
        )}
        <main className="mx-auto w-full max-w-[76rem] flex-1 px-4 py-6 outline-none sm:px-6 sm:py-8 lg:px-8 lg:py-10" id="content" tabIndex={-1}>
          {children}
        </main>
        <footer className="mx-auto w-full max-w-[76rem] px-4 pb-6 text-muted text-sm empty:hidden sm:px-6 lg:px-8">
          <SupportLine />
        </footer>
        {sandbox}
      </div>
    </div>
  )
}
