'use client'

import { ChevronsUpDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Flyout, FlyoutHeading, FlyoutLink } from '@/components/ui/flyout'
import { Initials } from './initials'
import type { OrganizationLink } from './navigation'
import { overviewPath } from './routes'

type Props = { current: OrganizationLink; organizations: readonly OrganizationLink[] }

const STYLE = 'flex min-h-10 w-full min-w-0 items-center gap-2.5 rounded-md px-2 text-start font-semibold text-sm'

/** With a single organization there is nothing to switch, and its name is only a name. */
export function OrganizationSwitcher({ current, organizations }: Props) {
  const t = useTranslations('shell')
  const name = (
    <>
      <Initials name={current.name} shape="square" />
      <bdi className="min-w-0 flex-1 truncate">{current.name}</bdi>
    </>
  )
  if (organizations.length < 2) return <div className={STYLE}>{name}</div>
  return (
    <Flyout
      label={t('switchOrganization', { name: current.name })}
      trigger={
        <>
          {name}
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </>
      }
      triggerClassName={`${STYLE} hover:bg-sunken`}
    >
      <FlyoutHeading>{t('organizations')}</FlyoutHeading>
      {organizations.map((organization) => (
        <FlyoutLink
          current={organization.slug === current.slug}
          href={overviewPath(organization.slug)}
          icon={<Initials name={organization.name} shape="square" />}
          key={organization.slug}
        >
          <bdi>{organization.name}</bdi>
        </FlyoutLink>
      ))}
    </Flyout>
  )
}
