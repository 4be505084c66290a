import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { InviteOperator, OperatorList } from '@/components/operator/operator-list'
import { inEngine } from '@/db/client'
import { listOperators } from '@/lib/auth/operators'
import { requireOperator } from '@/lib/auth/present-operator'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.operators')
  return { title: t('title') }
}

/** Who works at the desk, and who else is to. */
export default async function OperatorsPage() {
  const operator = await requireOperator('/operator/operators')
  const t = await getTranslations('desk.operators')
  const operators = (await inEngine(listOperators)).map(({ id, email, role, invitedBy, lastSeenAt, hasPassword }) => ({
    id,
    email,
    role,
    invitedBy,
    lastSeenAt: lastSeenAt?.toString() ?? null,
    hasPassword,
    isSelf: id === operator.id,
  }))
  return (
    <PageShell description={t('description')} title={t('title')} width="reading">
      <ClientMessages namespaces={['deskForm']}>
        <OperatorList isAdmin={operator.role === 'admin'} operators={operators} />
        <InviteOperator isAdmin={operator.role === 'admin'} />
      </ClientMessages>
    </PageShell>
  )
}
