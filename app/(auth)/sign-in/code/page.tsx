import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { passSecondStepAction } from '@/app/actions/second-step'
import { Entrance } from '@/components/auth/entrance'
import { SecondStepForm } from '@/components/auth/second-step-form'
import { signInTo } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { TextLink } from '@/components/ui/text-link'
import { safeReturnPath } from '@/lib/auth/return-path'
import { findWaiting } from '@/lib/auth/second-step'

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.entrance')
  return { title: t('title'), robots: { index: false } }
}

/** The second step of signing in; whoever has not done the first, or too long ago, begins again. */
export default async function SecondStepPage({ searchParams }: Props) {
  const { next } = await searchParams
  const path = safeReturnPath(typeof next === 'string' ? next : undefined)
  const account = await findWaiting()
  if (!account) redirect(signInTo(path))
  const t = await getTranslations('secondStep.entrance')
  return (
    <ClientMessages namespaces={['secondStep']}>
      <Entrance
        footer={
          <p>
            {t('lost')} <TextLink href={signInTo(path)}>{t('back')}</TextLink>
          </p>
        }
        lead={t('lead', { email: account.email })}
        title={t('title')}
      >
        <SecondStepForm again={signInTo(path)} next={path} pass={passSecondStepAction} />
      </Entrance>
    </ClientMessages>
  )
}
