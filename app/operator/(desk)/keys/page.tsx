import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { Keys, NewKey } from '@/components/operator/keys'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { listDeskKeys } from '@/lib/billing/views/desk-keys'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.keys')
  return { title: t('title') }
}

/** The keys of the company's own back end, which act on every organization (G83). */
export default async function KeysPage() {
  const operator = await requireOperator('/operator/keys')
  const t = await getTranslations('desk.keys')
  const isAdmin = operator.role === 'admin'
  return (
    <PageShell description={t('description')} title={t('title')} width="reading">
      <ClientMessages namespaces={['deskForm']}>
        <Keys isAdmin={isAdmin} keys={await inEngine(listDeskKeys)} />
        <NewKey isAdmin={isAdmin} />
      </ClientMessages>
    </PageShell>
  )
}
