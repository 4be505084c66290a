import { notFound } from 'next/navigation'
import { QueryProvider } from '@/components/layout/query-provider'
import { ClientMessages } from '@/components/messages/client-messages'
import { requireOpenGallery } from '../../open'
import { AREAS } from '../area-names'
import { SHOWN } from '../areas'

type Props = { params: Promise<{ area: string }> }

/** The cards of one area, in every state that they know. */
export default async function GalleryAreaPage({ params }: Props) {
  await requireOpenGallery()
  const { area } = await params
  const name = AREAS.find((known) => known === area)
  if (!name) notFound()
  const shown = SHOWN[name]
  return (
    <main className="page-root mx-auto flex max-w-[76rem] flex-col gap-10 px-4 py-8 sm:px-8" id="content">
      <h1 className="font-semibold text-title">{area}</h1>
      <QueryProvider>
        <ClientMessages namespaces={shown.namespaces}>
          {shown.states.map(({ name, card }) => (
            <section aria-label={name} className="flex flex-col gap-2" key={name}>
              <h2 className="text-muted text-sm" dir="ltr" lang="en">
                {name}
              </h2>
              {card}
            </section>
          ))}
        </ClientMessages>
      </QueryProvider>
    </main>
  )
}
