'use client'

import { LogOut, Monitor, MonitorX, Moon, Settings, Sun } from 'lucide-react'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { Flyout, FlyoutChoices, FlyoutLink, FlyoutSubmit } from '@/components/ui/flyout'
import { Initials } from './initials'
import { LanguageChoice } from './language-choice'

export type ShellUser = { name: string; email: string }

type Theme = 'light' | 'dark' | 'system'

type Props = { user: ShellUser; settings: Route; signOut: () => Promise<void>; signOutEverywhere: (() => Promise<void>) | null }

export function UserMenu({ user, settings, signOut, signOutEverywhere }: Props) {
  const t = useTranslations('shell')
  const { theme = 'system', setTheme } = useTheme()
  return (
    <Flyout
      align="end"
      className="w-60"
      label={t('account', { name: user.name })}
      trigger={<Initials name={user.name} />}
      triggerClassName="inline-flex size-9 items-center justify-center rounded-full hover:bg-sunken"
    >
      <div className="flex flex-col px-2.5 pt-1.5 pb-2">
        <bdi className="truncate font-semibold text-sm">{user.name}</bdi>
        <bdi className="truncate text-muted text-xs">{user.email}</bdi>
      </div>
      <hr className="-mx-1 my-1" />
      <FlyoutLink href={settings} icon={<Settings aria-hidden />}>
        {t('settings')}
      </FlyoutLink>
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
      <LanguageChoice />
      <hr className="-mx-1 my-1" />
      {/* Forms, so that they work before the page's scripts have loaded. */}
      <form action={signOut}>
        <FlyoutSubmit icon={<LogOut aria-hidden />}>{t('signOut')}</FlyoutSubmit>
      </form>
      {signOutEverywhere && (
        <form action={signOutEverywhere}>
          <FlyoutSubmit icon={<MonitorX aria-hidden />}>{t('signOutEverywhere')}</FlyoutSubmit>
        </form>
      )}
    </Flyout>
  )
}
