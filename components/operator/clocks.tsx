import { Clock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { advanceClockAction, createClockAction } from '@/app/actions/operator/operation'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { DeskClock } from '@/lib/billing/views/desk-clocks'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'
import { deskOrganizationPath } from './desk-routes'

/** `2026-06-01T00:00`, as the browser's field wants it. */
const toField = (iso: string) => iso.slice(0, 16)

export function Clocks({ clocks, isAdmin }: { clocks: readonly DeskClock[]; isAdmin: boolean }) {
  const t = useTranslations('desk.clocks')
  return (
    <Card flush title={t('caption')}>
      {clocks.length === 0 ? (
        <EmptyState icon={<Clock />} title={t('emptyTitle')}>
          {t('emptyBody')}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {clocks.map((clock) => (
            <ClockItem clock={clock} isAdmin={isAdmin} key={clock.id} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function ClockItem({ clock, isAdmin }: { clock: DeskClock; isAdmin: boolean }) {
  const t = useTranslations('desk.clocks')
  const reason = useAdminOnly({ isAdmin })
  const others = clock.organizationCount - clock.organizations.length
  return (
    <li className="@container px-5 py-5 sm:px-6">
      <div className="grid @3xl:grid-cols-[minmax(0,1fr)_minmax(0,20rem)] gap-x-10 gap-y-4">
        <div className="flex min-w-0 flex-col gap-1.5 text-sm">
          <h3 className="font-semibold">
            <DateTime at={clock.now} precision="minute" />
          </h3>
          <p className="flex flex-wrap gap-x-3 gap-y-1">
            {clock.organizations.map(({ id, name }) => (
              <TextLink href={deskOrganizationPath(id)} key={id}>
                {name}
              </TextLink>
            ))}
            {others > 0 && <span className="text-muted">{t('others', { count: others })}</span>}
            {clock.organizationCount === 0 && <span className="text-muted">{t('nobody')}</span>}
          </p>
          <Copyable label={t('id')} value={clock.id} />
          {clock.advancingTo && <p className="text-muted">{t.rich('advancing', { to: () => <DateTime at={clock.advancingTo ?? ''} precision="minute" /> })}</p>}
        </div>
        <ActionForm
          about={{ clockId: clock.id }}
          action={advanceClockAction}
          done={t('advanceDone')}
          fields={[{ kind: 'datetime-local', name: 'to', label: t('to'), hint: t('toHint'), value: toField(clock.now) }]}
          reason={reason}
          submit={t('advance')}
        />
      </div>
    </li>
  )
}

export function NewClock({ now, isAdmin }: { now: string; isAdmin: boolean }) {
  const t = useTranslations('desk.clocks')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Card description={t('newHint')} title={t('new')}>
      <ActionForm
        action={createClockAction}
        done={t('createDone')}
        fields={[{ kind: 'datetime-local', name: 'now', label: t('start'), hint: t('toHint'), value: toField(now) }]}
        reason={reason}
        submit={t('create')}
        wide
      />
    </Card>
  )
}
