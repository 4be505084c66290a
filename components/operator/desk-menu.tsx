'use client'

import { LogOut, Monitor, Moon, ShieldCheck, Sun } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { Initials } from '@/components/layout/initials'
import { Flyout, FlyoutChoices, FlyoutLink, FlyoutSubmit } from '@/components/ui/flyout'
import { deskAccountPath } from './desk-routes'

type Theme = 'light' | 'dark' | 'system'
type Props = { operator: { email: string; role: 'admin' | 'support' }; leave: () => Promise<void> }

export function DeskMenu({ operator, leave }: Props) {
  const t = useTranslations('shell')
  const desk = useTranslations('deskShell')
  const { theme = 'system', setTheme } = useTheme()
  return (
    <Flyout
      align="end"
      className="w-60"
      label={t('account', { name: operator.email })}
      trigger={<Initials name={operator.email} />}
      triggerClassName="inline-flex size-9 items-center justify-center rounded-full hover:bg-sunken"
    >
      <div className="flex flex-col px-2.5 pt-1.5 pb-2">
        <span className="truncate font-semibold text-sm">{operator.email}</span>
        <span className="text-muted text-xs">{desk(`role.${operator.role}`)}</span>
      </div>
      <hr className="-mx-1 my-1" />
      <FlyoutChoices<Theme>
        choices={[
          { value: 'light', label: t('themeLight'), icon: <Sun aria-hidden /> },
          { value: 'dark', label: t('themeDark'), icon: <Moon aria-hidden /> },
          { value: 'system', label: t('themeSystem'), icon: <Monitor aria-hidden /> },
        ]}
        label={t('theme')}
        onChange={setTheme}
        value={theme as Theme}
      />
      <hr className="-mx-1 my-1" />
      <FlyoutLink href={deskAccountPath} icon={<ShieldCheck aria-hidden />}>
        {desk('account')}
      </FlyoutLink>
      <form action={leave}>
        <FlyoutSubmit icon={<LogOut aria-hidden />}>{t('signOut')}</FlyoutSubmit>
      </form>
    </Flyout>
  )
}
