import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { endOperatorSessionAction, endOtherOperatorSessionsAction } from '@/app/actions/operator/sessions'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { OwnSecondStep } from '@/components/settings/own-second-step'
import { SessionList } from '@/components/settings/session-list'
import { SignInList } from '@/components/settings/sign-in-list'
import { Card } from '@/components/ui/card'
import { DateTime } from '@/components/ui/date-time'
import { inEngine } from '@/db/client'
import { listOperatorChanges, type OperatorChange } from '@/lib/auth/operator-changes'
import { listOperatorSessions } from '@/lib/auth/operator-session'
import { OPERATOR_IDLE_MINUTES, OPERATOR_SESSION_HOURS } from '@/lib/auth/operator-token'
import { asOperator, requireOperator } from '@/lib/auth/present-operator'
import { showSession } from '@/lib/auth/sessions'
import { listSignIns, SIGN_INS_SHOWN, showSignIn } from '@/lib/auth/sign-ins'
import { loadOperatorSecondStep } from '../../load-operator-second-step'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.account')
  return { title: t('title') }
}

const WORDS = {
  'second_step.turned_on': 'secondStep.turnedOn',
  'second_step.turned_off': 'secondStep.turnedOff',
  'second_step.app_removed': 'secondStep.appRemoved',
  'second_step.passkey_added': 'secondStep.passkeyAdded',
  'second_step.passkey_removed': 'secondStep.passkeyRemoved',
  'second_step.codes_renewed': 'secondStep.codesRenewed',
  'second_step.recovery_code_used': 'secondStep.recoveryCodeUsed',
} as const satisfies Record<OperatorChange['action'], string>

/** How an operator signs in, and what changed about it. */
export default async function DeskAccountPage() {
  const operator = await requireOperator('/operator/account')
  const [t, w, i, a, secondStep, sessions, signIns, changes] = await Promise.all([
    getTranslations('desk.account'),
    getTranslations('sessions'),
    getTranslations('signIns'),
    getTranslations('activity'),
    loadOperatorSecondStep(operator),
    listOperatorSessions(operator.id),
    listSignIns(asOperator(operator)),
    inEngine((tx) => listOperatorChanges(tx, operator.id)),
  ])
  return (
    <PageShell description={t('description', { email: operator.email })} title={t('title')} width="reading">
      <ClientMessages namespaces={['secondStep', 'passkeys', 'sessions']}>
        <OwnSecondStep {...secondStep} frame={Card} />
        <Card description={w('deskHint', { minutes: String(OPERATOR_IDLE_MINUTES), hours: String(OPERATOR_SESSION_HOURS) })} title={w('deskTitle')}>
          <SessionList
            end={endOperatorSessionAction}
            endOthers={endOtherOperatorSessionsAction}
            sessions={sessions.map((session) => showSession(session, operator.sessionHash))}
          />
        </Card>
      </ClientMessages>
      <Card description={i('hint', { count: String(SIGN_INS_SHOWN) })} title={i('title')}>
        <SignInList signIns={signIns.map(showSignIn)} />
      </Card>
      {changes.length > 0 && (
        <Card description={t('changesHint')} title={t('changes')}>
          <ul className="-my-2 divide-y divide-line">
            {changes.map(({ id, at, actor, action }) => (
              <li className="flex flex-wrap justify-between gap-x-4 gap-y-1 py-2.5 text-sm" key={id}>
                <span className="min-w-0 break-words">{t('change', { what: a(WORDS[action]), who: actor })}</span>
                <span className="text-muted">
                  <DateTime at={at.toString()} precision="minute" />
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </PageShell>
  )
}
