import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { loadSecondStep } from '@/app/(auth)/load-second-step'
import { signOutEverywhereAction } from '@/app/actions/account'
import { endOtherSessionsAction, endSessionAction } from '@/app/actions/sessions'
import { PageShell } from '@/components/layout/page-shell'
import { forgottenPasswordPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { ChangePassword } from '@/components/settings/change-password'
import { CloseOrganization } from '@/components/settings/close-organization'
import { OwnSecondStep } from '@/components/settings/own-second-step'
import { RequireSecondStep } from '@/components/settings/require-second-step'
import { SessionList } from '@/components/settings/session-list'
import { SignInList } from '@/components/settings/sign-in-list'
import { TakeDataAlong } from '@/components/settings/take-data-along'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import { hasOwnPassword } from '@/lib/auth/account'
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/auth/password'
import { asPerson } from '@/lib/auth/second-step'
import { readDuty } from '@/lib/auth/second-step-duty'
import { getSessionId, readAs, requireViewer } from '@/lib/auth/session'
import { listSessions, showSession } from '@/lib/auth/sessions'
import { listSignIns, SIGN_INS_SHOWN, showSignIn } from '@/lib/auth/sign-ins'
import { eraseAfterDays, findPaidSubscription } from '@/lib/billing/views/closing'
import { getBrand } from '@/lib/platform/brand'
import { readInstant } from '@/lib/time'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ export?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings')
  return { title: t('title') }
}

/** One's own password, and the end of an organization. */
export default async function SettingsPage({ params, searchParams }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org)
  const { organization, portal, user, visit } = viewer
  const isOwn = !portal && !visit // Whose account it is, is nobody's matter who was let in for one organization.
  const [t, d, i, locale, paid, isRequired, hasPassword, secondStep, sessions, signIns, presentSession] = await Promise.all([
    getTranslations('settings'),
    getTranslations('secondStep.duty'),
    getTranslations('signIns'),
    getLocale(),
    readAs(viewer, findPaidSubscription),
    readAs(viewer, readDuty),
    readAs(viewer, (tx) => hasOwnPassword(tx, user.email)),
    isOwn ? loadSecondStep(user) : null,
    isOwn ? listSessions(user.id) : [],
    isOwn ? listSignIns(asPerson(user)) : [],
    getSessionId(),
  ])
  const later = readInstant((await searchParams).export)
  const held = paid && t('closePaid', { plan: paid.planName, until: formatDate(paid.periodEnd.toString(), locale) })
  const mayChange = viewer.can('sign_in:write') && isOwn
  const whyNot = mayChange ? (isRequired || secondStep?.app.present ? null : d('needsOwn')) : d('owners')
  return (
    <PageShell description={t('description')} title={t('title')} width="reading">
      <ClientMessages namespaces={['settings', 'secondStep', 'passkeys', 'sessions']}>
        {portal && <Notice>{t('portal', { company: getBrand().name })}</Notice>}
        {isOwn && (
          <>
            <Card description={t('passwordHint', { email: user.email })} title={t('password')}>
              {hasPassword ? (
                <ChangePassword email={user.email} maximum={PASSWORD_MAX} minimum={PASSWORD_MIN} />
              ) : (
                <p>
                  {t('noPassword')} <TextLink href={forgottenPasswordPath}>{t('choosePassword')}</TextLink>
                </p>
              )}
            </Card>
            {secondStep && <OwnSecondStep {...secondStep} frame={Card} hasPassword={hasPassword} />}
            <Card description={t('sessionsHint')} title={t('sessions')}>
              <div className="flex flex-col gap-4">
                <SessionList
                  end={endSessionAction}
                  endOthers={endOtherSessionsAction}
                  sessions={sessions.map((session) => showSession(session, presentSession))}
                />
                <form action={signOutEverywhereAction}>
                  <Button type="submit">{t('signOutEverywhere')}</Button>
                </form>
              </div>
            </Card>
            <Card description={i('hint', { count: String(SIGN_INS_SHOWN) })} title={i('title')}>
              <SignInList signIns={signIns.map(showSignIn)} />
            </Card>
          </>
        )}
        <Card description={d('hint')} title={d('everybody')}>
          <RequireSecondStep isRequired={isRequired} org={org} reason={whyNot} />
        </Card>
        <div className="scroll-mt-20" id="data">
          <Card description={t('dataHint')} title={t('data')}>
            <div className="flex flex-col items-start gap-4">
              {later && (
                <Notice live="status" tone="warning">
                  {t('dataLater', { at: formatInstant(later, locale) })}
                </Notice>
              )}
              <TakeDataAlong org={org} reason={viewer.can('organization:export') ? null : t('dataOwners')}>
                {t('dataButton')}
              </TakeDataAlong>
            </div>
          </Card>
        </div>
        <Card description={t('closeHint')} title={t('close')}>
          <CloseOrganization
            eraseDays={eraseAfterDays()}
            name={organization.name}
            org={org}
            reason={viewer.can('organization:delete') ? held : t('closeOwners')}
          />
        </Card>
      </ClientMessages>
    </PageShell>
  )
}
