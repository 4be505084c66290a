'use client'

import clsx from 'clsx'
import { Building2, Clock, HeartPulse, Inbox, KeyRound, LayoutList, type LucideIcon, Scale, Users } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { deskPath, deskSectionOf, type Section } from './desk-routes'

const ICONS: Record<Section, LucideIcon> = {
  organizations: Building2,
  requests: Inbox,
  catalog: LayoutList,
  books: Scale,
  health: HeartPulse,
  clocks: Clock,
  keys: KeyRound,
  operators: Users,
}

type Props = { sections: readonly Section[]; waiting: number; onNavigate?: (() => void) | undefined }

export function DeskNavigation({ sections, waiting, onNavigate }: Props) {
  const t = useTranslations('deskShell')
  const current = deskSectionOf(usePathname())
  return (
    <nav aria-label={t('navigation')}>
      <ul className="flex flex-col gap-0.5">
        {sections.map((section) => {
          const Icon = ICONS[section]
          return (
            <li key={section}>
              <Link
                aria-current={section === current ? 'page' : undefined}
                className={clsx(
                  'flex min-h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-sm transition-colors duration-100',
                  section === current ? 'bg-pressed text-ink' : 'text-muted hover:bg-sunken hover:text-ink',
                )}
                href={deskPath(section)}
                {...(onNavigate && { onClick: onNavigate })}
              >
                <Icon aria-hidden className={clsx('size-4 shrink-0', section === current && 'text-accent-ink')} />
                <span className="min-w-0 flex-1">{t(`section.${section}`)}</span>
                {section === 'requests' && waiting > 0 && (
                  <span className="figures rounded-full bg-accent-soft px-1.5 text-accent-ink text-xs leading-5">
                    {waiting}
                    <span className="sr-only"> {t('waiting')}</span>
                  </span>
                )}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
