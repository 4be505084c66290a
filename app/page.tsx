import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { signOutAction } from '@/app/actions/account'
import { Entrance } from '@/components/auth/entrance'
import { Button } from '@/components/ui/button'
import { getMemberships, requireUser } from '@/lib/auth/session'

/** Leads to one's organization; the switcher there leads to the others. */
export default async function HomePage() {
  const account = await requireUser()
  const [first] = await getMemberships()
  if (first) redirect(`/${first.organization.slug}` as Route)
  const t = await getTranslations('auth.nowhere')
  return (
    <Entrance lead={t('body', { email: account.email })} title={t('title')}>
      <form action={signOutAction}>
        <Button type="submit">{t('signOut')}</Button>
      </form>
    </Entrance>
  )
}
