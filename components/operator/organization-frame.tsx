import clsx from 'clsx'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/layout/page-shell'
import { Badge } from '@/components/ui/badge'
import { Copyable } from '@/components/ui/copyable'
import type { DeskOrganization } from '@/lib/billing/views/desk-organization'
import { deskOrganizationPath, ORGANIZATION_SECTIONS, type OrganizationSection } from './desk-routes'

type Props = { organization: DeskOrganization; section: OrganizationSection; actions?: ReactNode; children: ReactNode }

/** The head of every page about one organization: who it is, and its sections as links. */
export function OrganizationFrame({ organization, section, actions, children }: Props) {
  const t = useTranslations('desk')
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        actions={actions}
        description={
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
            <Copyable label={t('organization.id')} value={organization.id} />
            {organization.closedAt && <Badge>{t('organizations.closed')}</Badge>}
            {organization.clock && <Badge tone="info">{t('organizations.testClock')}</Badge>}
            {organization.purchasesStopped && <Badge tone="danger">{t('organization.purchasesStopped')}</Badge>}
          </span>
        }
        title={organization.name}
      />
      <nav aria-label={t('organization.sections')} className="-mx-4 overflow-x-auto border-line border-b px-4 sm:mx-0 sm:px-0">
        <ul className="flex gap-5">
          {ORGANIZATION_SECTIONS.map((one) => (
            <li key={one}>
              <Link
                aria-current={one === section ? 'page' : undefined}
                className={clsx(
                  '-outline-offset-2 inline-flex min-h-10 items-center whitespace-nowrap rounded-sm border-b-2 px-0.5 font-medium text-sm transition-colors',
                  one === section ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
                )}
                href={deskOrganizationPath(organization.id, one)}
              >
                {t(`organization.section.${one}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </div>
  )
}
