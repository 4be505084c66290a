import { notFound } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { QueryProvider } from '@/components/layout/query-provider'
import { ClientMessages } from '@/components/messages/client-messages'
import { languageOf } from '@/lib/locale'
import { dialogSamples } from '../../cards/dialog-samples'
import { requireOpenGallery } from '../../open'
import { DIALOG_NAMES } from '../names'
import { OpenDialog } from '../open-dialog'

type Props = { params: Promise<{ dialog: string }> }

/** One dialog, open. */
export default async function GalleryDialogPage({ params }: Props) {
  await requireOpenGallery()
  const { dialog } = await params
  const name = DIALOG_NAMES.find((known) => known === dialog)
  if (!name) notFound()
  return (
    <main className="page-root" id="content">
      <h1 className="p-4">{name}</h1>
      <QueryProvider>
        <ClientMessages namespaces={['credits', 'plan', 'team', 'developers', 'notifications', 'settings', 'usage', 'payment', 'invoices']}>
          <OpenDialog name={name} samples={dialogSamples(languageOf(await getLocale()))} />
        </ClientMessages>
      </QueryProvider>
    </main>
  )
}
