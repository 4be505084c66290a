'use client'

import clsx from 'clsx'
import {
  Activity,
  Bell,
  ChartNoAxesColumn,
  CodeXml,
  Coins,
  CreditCard,
  House,
  Layers,
  type LucideIcon,
  ReceiptText,
  Settings,
  ShieldCheck,
  Users,
} from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type NavigationId, navigationEntries, type ProductLink } from './navigation'

const ICONS: Record<NavigationId, LucideIcon> = {
  overview: House,
  usage: ChartNoAxesColumn,
  plan: Layers,
  spending: ShieldCheck,
  credits: Coins,
  invoices: ReceiptText,
  payment: CreditCard,
  team: Users,
  notifications: Bell,
  developers: CodeXml,
  activity: Activity,
  settings: Settings,
}

type Props = { org: string; products: readonly ProductLink[]; onNavigate?: (() => void) | undefined }

export function NavigationLinks({ org, products, onNavigate }: Props) {
  const t = useTranslations('shell')
  const pathname = usePathname()
  return (
    <nav aria-label={t('mainNavigation')}>
      <ul className="flex flex-col gap-0.5">
        {navigationEntries(org, products, pathname).map((entry) => {
          const Icon = ICONS[entry.id]
          return (
            <li key={entry.id}>
              <Link
                aria-current={entry.current ? 'page' : undefined}
                className={clsx(
                  'flex min-h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-sm transition-colors duration-100',
                  entry.current ? 'bg-pressed text-ink' : 'text-muted hover:bg-sunken hover:text-ink',
                )}
                href={entry.href}
                {...(onNavigate && { onClick: onNavigate })}
              >
                <Icon aria-hidden className={clsx('size-4 shrink-0', entry.current && 'text-accent-ink')} />
                {t(entry.id)}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
